package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// played returns the frames of a pane with these pieces, one each second.
func played(pieces ...string) []frame {
	start := time.Unix(1000, 0)
	p := pane{}
	for i, text := range pieces {
		p.drawn = append(p.drawn, piece{start.Add(time.Duration(i) * time.Second), []byte(text)})
	}
	return p.frames(start)
}

func TestFrames(t *testing.T) {
	frames := played("$ ", "a", "b")
	if len(frames) != 3 || frames[0].at != 0 || frames[2].at != 2*time.Second {
		t.Fatalf("%d frames: %v", len(frames), frames)
	}
	if got := drawRow(frames[2].screen, 0); !strings.Contains(got, ">$ ab</text>") {
		t.Errorf("the last one shows %s", got)
	}
	late := pane{drawn: []piece{{time.Unix(1000, 0).Add(length), []byte("x")}}}
	if frames := late.frames(time.Unix(1000, 0)); len(frames) != 1 {
		t.Errorf("%d frames, one of them after the end", len(frames))
	}
}

func TestSpans(t *testing.T) {
	draw := func(s *vt.Screen) string { return drawRow(s, 1) }
	got := spans(played("top", "\r\nx", "\r\n", "\x1b[Ay"), draw)
	if len(got) != 2 || got[0].from != time.Second || got[0].to != 3*time.Second || got[1].to != length {
		t.Errorf("%+v", got)
	}
}

func TestDrawRow(t *testing.T) {
	s := played("\x1b[1;37;44mbar\x1b[0m <\x1b[4m&\x1b[0m 中\x1b[38;2;1;2;3mc")[0].screen
	for _, want := range []string{
		`<rect x="0.0" width="25.2" height="18" fill="#3b5fa8"/><text x="0.0" y="13" textLength="25.2" fill="#cdd6f4" font-weight="bold">bar</text>`,
		`text-decoration="underline">&amp;</text>`,
		`textLength="25.2" fill="#cdd6f4"> 中</text>`,
		`fill="#010203">c</text>`,
	} {
		if got := drawRow(s, 0); !strings.Contains(got, want) {
			t.Errorf("%s\nis not in\n%s", want, got)
		}
	}
	if got := drawRow(s, 1); got != "" {
		t.Errorf("a blank row is %s", got)
	}
}

func TestDuring(t *testing.T) {
	for want, s := range map[string]span{
		"<g>x</g>\n": {from: 0, to: length},
		`<g display="none">x<animate attributeName="display" values="none;inline;none" keyTimes="0;.1000;.2000" dur="26s" calcMode="discrete" repeatCount="indefinite"/></g>` + "\n": {from: length / 10, to: length / 5},
		`<g display="none">x<animate attributeName="display" values="inline;none" keyTimes="0;.5000" dur="26s" calcMode="discrete" repeatCount="indefinite"/></g>` + "\n":            {from: 0, to: length / 2},
		`<g display="inline">x<animate attributeName="display" values="none;inline" keyTimes="0;.5000" dur="26s" calcMode="discrete" repeatCount="indefinite"/></g>` + "\n":          {from: length / 2, to: length},
	} {
		var b strings.Builder
		if during(&b, s, "x"); b.String() != want {
			t.Errorf("got  %s\nwant %s", b.String(), want)
		}
	}
}

// TestRender checks that the rendered picture and the README's picture are well-formed
// XML with the expected text.
func TestRender(t *testing.T) {
	shown, err := os.ReadFile("../session.svg")
	if err != nil {
		t.Fatal(err)
	}
	if len(shown) > 300_000 {
		t.Errorf("the README's picture has %d bytes", len(shown))
	}
	made := render([]film{{"one & only", played("$ <", "\x1b[7m>")}})
	for name, svg := range map[string][]byte{"made": made, "shown": shown} {
		text := wellFormed(t, name, string(svg))
		if !strings.Contains(text, "500 ms round trip") || !strings.Contains(text, "echo every key shows at once⏎") {
			t.Errorf("%s: no link state or no keys", name)
		}
	}
}

// wellFormed returns the text of a document and fails if it is not well-formed.
func wellFormed(t *testing.T, name, document string) (text string) {
	t.Helper()
	for decoder := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return text
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text += string(chars)
		}
	}
}

package main

import (
	"encoding/xml"
	"errors"
	"fmt"
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
	p := pane{cols: 72, rows: 8}
	for i, text := range pieces {
		p.drawn = append(p.drawn, piece{start.Add(time.Duration(i) * time.Second), []byte(text)})
	}
	return p.frames(start, length)
}

func TestFrames(t *testing.T) {
	frames := played("$ ", "a", "b")
	if len(frames) != 3 || frames[0].at != 0 || frames[2].at != 2*time.Second {
		t.Fatalf("%d frames: %v", len(frames), frames)
	}
	if got := drawRow(frames[2].screen, 0); !strings.Contains(got, ">$ ab</text>") {
		t.Errorf("the last one shows %s", got)
	}
	late := pane{cols: 72, rows: 8, drawn: []piece{{time.Unix(1000, 0).Add(length), []byte("x")}}}
	if frames := late.frames(time.Unix(1000, 0), length); len(frames) != 1 {
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

func TestPane(t *testing.T) {
	p := pane{cols: 20, rows: 3, env: []string{"NAME=x"}, command: []string{"sh", "-c", `stty -echo; read line; echo "$NAME=$line"`}, quit: "1\r"}
	start := time.Now()
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	if err := p.press('y'); err != nil {
		t.Fatal(err)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	frames := p.frames(start, time.Hour)
	screen := frames[len(frames)-1].screen
	if got := drawRow(screen, 0) + drawRow(screen, 1); !strings.Contains(got, ">x=y1</text>") {
		t.Errorf("the last frame is %s", got)
	}
	if cols, rows := screen.Size(); cols != 20 || rows != 3 {
		t.Errorf("its size is %dx%d", cols, rows)
	}
}

func TestRun(t *testing.T) {
	for want, args := range map[string][]string{
		"usage: picture GM FILE":                  {"gm"},
		"dir/gm.svg is not the name of a picture": {"gm", "dir/gm.svg"},
	} {
		t.Run(want, func(t *testing.T) {
			if err := run(args); err == nil || err.Error() != want {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestRenderSession checks that the rendered picture and the README's picture are
// well-formed XML with the expected text.
func TestRenderSession(t *testing.T) {
	made := renderSession([]film{{"one & only", played("$ <", "\x1b[7m>")}})
	for name, svg := range map[string][]byte{"made": made, "shown": shown(t, "session.svg", 300_000)} {
		t.Run(name, func(t *testing.T) {
			text := wellFormed(t, name, string(svg))
			if !strings.Contains(text, "500 ms round trip") || !strings.Contains(text, "echo every key shows at once⏎") {
				t.Error("no link state or no keys")
			}
		})
	}
}

// TestRenderScrollback checks that the rendered picture stands still and has its panes
// beside each other.
func TestRenderScrollback(t *testing.T) {
	svg := string(renderScrollback([]film{{"left & first", played("<a>")}, {"right", played("b")}}))
	text := wellFormed(t, "made", svg)
	if !strings.Contains(text, "left & first\n") || !strings.Contains(text, "right\n") || strings.Contains(svg, "<animate") {
		t.Errorf("it is %s", svg)
	}
	width, height := film{"", played("")}.size()
	for _, want := range []string{
		fmt.Sprintf(`viewBox="0 0 %d %d"`, 2*width+3*margin, titleSpace+height+margin),
		fmt.Sprintf(`<g transform="translate(%d %d)">`, margin, titleSpace),
		fmt.Sprintf(`<g transform="translate(%d %d)">`, 2*margin+width, titleSpace),
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is not in\n%s", want, svg)
		}
	}
}

// TestScrollbackShown checks that the README's picture has lines of the session in one
// terminal only, and those from before it in the other.
func TestScrollbackShown(t *testing.T) {
	svg := string(shown(t, "scrollback.svg", 60_000))
	with, without, ok := strings.Cut(wellFormed(t, "scrollback.svg", svg), "--scrollback=off")
	if !ok || strings.Contains(svg, "<animate") {
		t.Fatal("it has not two still panes")
	}
	for text, here := range map[string]string{"files changed": with, " | ": with, "line 5": without, "[40/": with} {
		there := strings.Replace(with+without, here, "", 1)
		if !strings.Contains(here, text) || text != "[40/" && strings.Contains(there, text) {
			t.Errorf("%q is in the wrong pane or in none", text)
		}
	}
}

// shown returns a picture of the README, which has at most limit bytes.
func shown(t *testing.T, name string, limit int) []byte {
	t.Helper()
	svg, err := os.ReadFile("../" + name)
	if err != nil {
		t.Fatal(err)
	}
	if len(svg) > limit {
		t.Errorf("%s has %d bytes", name, len(svg))
	}
	return svg
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

//go:build linux

package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
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
	return p.frames(start, testLength)
}

const testLength = 26 * time.Second

func TestFrames(t *testing.T) {
	frames := played("$ ", "a", "b")
	if len(frames) != 3 || frames[0].at != 0 || frames[2].at != 2*time.Second {
		t.Fatalf("%d frames: %v", len(frames), frames)
	}
	if got := drawRow(frames[2].screen, 0); !strings.Contains(got, ">$ ab</text>") {
		t.Errorf("the last one shows %s", got)
	}
	late := pane{cols: 72, rows: 8, drawn: []piece{{time.Unix(1000, 0).Add(testLength), []byte("x")}}}
	if frames := late.frames(time.Unix(1000, 0), testLength); len(frames) != 1 {
		t.Errorf("%d frames, one of them after the end", len(frames))
	}
}

func TestSpans(t *testing.T) {
	draw := func(s *vt.Screen) string { return drawRow(s, 1) }
	r := reel{length: testLength}
	got := r.spans(played("top", "\r\nx", "\r\n", "\x1b[Ay"), draw)
	if len(got) != 2 || got[0].from != time.Second || got[0].to != 3*time.Second || got[1].to != testLength {
		t.Errorf("%+v", got)
	}
}

func TestDrawRow(t *testing.T) {
	s := played("\x1b[1;37;44mbar\x1b[0m <\x1b[4m&\x1b[0m 中\x1b[38;2;1;2;3mc")[0].screen
	for _, want := range []string{
		`<rect x="0.0" width="25.2" height="18" fill="#3b5fa8"/><text x="0.0" y="13" textLength="25.2" fill="#cdd6f4" font-weight="bold">bar</text>`,
		`text-decoration="underline">&amp;</text>`,
		`textLength="25.2" fill="#cdd6f4">` + "\u00a0中</text>",
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
	const length = testLength
	r := reel{length: length, poster: length * 3 / 4}
	for _, test := range []struct {
		shown    span
		want     string
		keyframe string
	}{
		{span{0, length, "x"}, "<g>x</g>\n", ""},
		{span{length / 10, length / 5, "x"}, `<g class="a" style="animation-name:k0" visibility="hidden">x</g>` + "\n", "k0{0%{visibility:hidden}10.00%{visibility:visible}20.00%{visibility:hidden}}"},
		{span{0, length / 2, "x"}, `<g class="a" style="animation-name:k1" visibility="hidden">x</g>` + "\n", "k1{0%{visibility:visible}50.00%{visibility:hidden}}"},
		{span{length / 2, length, "y"}, `<g class="a" style="animation-name:k2">y</g>` + "\n", "k2{0%{visibility:hidden}50.00%{visibility:visible}}"},
		{span{length / 10, length / 5, "z"}, `<g class="a" style="animation-name:k0" visibility="hidden">z</g>` + "\n", "k0{"},
	} {
		var b strings.Builder
		if r.during(&b, test.shown); b.String() != test.want {
			t.Errorf("got  %s\nwant %s", b.String(), test.want)
		}
		if !strings.Contains(r.style(), test.keyframe) {
			t.Errorf("no %s in\n%s", test.keyframe, r.style())
		}
	}
	if n := strings.Count(r.style(), "@keyframes"); n != 3 {
		t.Errorf("%d keyframes, want one for each span", n)
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{"a  b <": "a \u00a0b &lt;", "  c": "\u00a0 c", "d": "d", "   e": "\u00a0 \u00a0e"} {
		if got := escape(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestKeyName(t *testing.T) {
	for char, want := range map[byte]string{'a': "a", '\r': "⏎", 0x1e: "Ctrl-^ ", 0x02: "Ctrl-B "} {
		if got := keyName(char); got != want {
			t.Errorf("%q is %q, want %q", char, got, want)
		}
	}
}

// TestKeys checks that keys of a line go to its pane.
func TestKeys(t *testing.T) {
	panes := []*pane{{cols: 20, rows: 3, command: []string{"cat"}, quit: "\x04"}, {cols: 20, rows: 3, command: []string{"cat"}, quit: "\x04"}}
	start := time.Now()
	for _, p := range panes {
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
	}
	if err := typeKeys(start, []typedLine{{text: "a"}, {text: "b", pane: 2}, {text: "\r"}}, panes); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{">a<", ">ab<"} {
		if err := panes[i].stop(); err != nil {
			t.Fatal(err)
		}
		frames := panes[i].frames(start, time.Hour)
		if got := drawRow(frames[len(frames)-1].screen, 0); !strings.Contains(got, want) {
			t.Errorf("pane %d has %s, want %s", i+1, got, want)
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

// TestRender checks that a picture is well-formed and has its captions, keys and panes.
func TestRender(t *testing.T) {
	sc := scene{title: "a & b", length: testLength, poster: testLength / 2,
		lines:   []typedLine{{text: "ls\r"}, {at: time.Second, text: "x"}},
		moments: []moment{{caption: "link   <up>", color: goodColor}, {at: 5 * time.Second, caption: "link   down", color: badColor}}}
	svg := string(sc.render([]film{{"one & only", played("$ <", "\x1b[7m>")}, {"other", played("y")}}))
	text := wellFormed(t, "made", svg)
	for _, want := range []string{"a & b", "link \u00a0 <up>", "link \u00a0 down", "keys \u00a0 ls⏎\n", "keys \u00a0 x\n", "one & only\n", "other\n", "$ <"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestFilms checks the pictures of README and doc: their size, that they need nothing else,
// and what is to be seen without animation.
func TestFilms(t *testing.T) {
	for name, poster := range map[string]struct{ has, lacks []string }{
		"session.svg": {has: []string{"link \u00a0 down", "echo now the link is down, and typing goes on", "gm --predict=never"}, lacks: []string{"30% of the packets lost"}},
		"blocked.svg": {has: []string{"a firewall drops UDP", "the session goes through ssh", "the firewall drops UDP now", "mosh: Last contact"}, lacks: []string{"UDP again"}},
		"attach.svg":  {has: []string{"laptop \u00a0 scrolls back", "gm: detached from work on host", "step 30", "/"}, lacks: []string{"step 80"}},
		"rsync.svg":   {has: []string{"100%", "rsync --progress -e gmssh", "rsync --progress -e ssh"}, lacks: []string{"error"}},
	} {
		t.Run(name, func(t *testing.T) {
			svg := string(shown(t, name, 300_000))
			all, still := wellFormed(t, name, svg), visible(t, svg)
			if len(still) >= len(all) {
				t.Error("nothing moves")
			}
			for _, want := range poster.has {
				if !strings.Contains(still, want) {
					t.Errorf("without animation there is no %q in\n%s", want, still)
				}
			}
			for _, other := range poster.lacks {
				if strings.Contains(still, other) {
					t.Errorf("without animation there is %q", other)
				}
			}
			for _, want := range []string{"@media (prefers-reduced-motion:reduce){.a{animation:none}}", fmt.Sprintf("step-end %d}", plays), "svg:hover .a{animation-play-state:paused}"} {
				if !strings.Contains(svg, want) {
					t.Errorf("no %s", want)
				}
			}
			for _, outside := range []string{"href", "url(", "@import", "<script", "<image", "<animate", "infinite"} {
				if strings.Contains(svg, outside) {
					t.Errorf("it has %s", outside)
				}
			}
		})
	}
}

// visible returns the text that is shown without animation.
func visible(t *testing.T, document string) string {
	t.Helper()
	var b strings.Builder
	hidden, depth := 0, 0 // the depth of the hidden element, if not 0
	for decoder := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			isHidden := slices.ContainsFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Local == "visibility" })
			if hidden == 0 && (isHidden || token.Name.Local == "style" || token.Name.Local == "title") {
				hidden = depth
			}
		case xml.EndElement:
			if hidden == depth {
				hidden = 0
			}
			depth--
		case xml.CharData:
			if hidden == 0 {
				b.Write(token)
			}
		}
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

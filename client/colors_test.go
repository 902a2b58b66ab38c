package client

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"gm/client/display"
	"gm/vt"
)

// coloring is a terminal of the user's that has colours of its own, and a display
// that writes to it.
type coloring struct {
	t       *testing.T
	display *display.Display
	user    *vt.Terminal
	program *vt.Terminal
}

// ownColors are the terminal's; it resets others to its defaults, which differ.
func ownColors() (theme vt.Theme) {
	theme.Background = vt.RGBColor(0x30, 0x30, 0x30)
	theme.Palette[1] = vt.RGBColor(0x11, 0x11, 0x11)
	return theme
}

const ownColorsSet = "\x1b]11;#303030\a\x1b]4;1;#111111\a"

func newColoring(t *testing.T, theme vt.Theme) *coloring {
	c := &coloring{t: t, display: display.New(vt.UserTerminal("xterm-256color", ""))}
	c.display.Theme = theme
	c.user, c.program = vt.NewTerminal(20, 4, vt.Options{}), vt.NewTerminal(20, 4, vt.Options{})
	c.user.Write([]byte(ownColorsSet))
	c.user.Write(c.display.Start(nil, 80, 24))
	return c
}

func (c *coloring) frame(output string) string {
	c.program.Write([]byte(output))
	text := string(c.display.Frame(nil, c.program.Snapshot(), display.ScrolledOff{}))
	c.user.Write([]byte(text))
	return text
}

// has checks the colours of the user's terminal, by OSC number.
func (c *coloring) has(when string, want map[string]string) {
	c.t.Helper()
	got := map[string]string{}
	for _, name := range []string{"4;1", "4;200", "10", "11", "12", "17"} {
		c.user.Write([]byte("\x1b]" + name + ";?\a"))
		answer := string(c.user.TakeReplies(nil))
		if color, found := strings.CutPrefix(answer, "\x1b]"+name+";rgb:"); found {
			got[name] = color[:2] + color[5:7] + color[10:12]
		}
	}
	if !maps.Equal(got, want) {
		c.t.Errorf("%s the terminal has %v, want %v", when, got, want)
	}
}

// TestColorsReachTheTerminal: what a program sets is set in the user's terminal once,
// again by each repaint, and given back at the end and on suspend, when the terminal
// is as it was.
func TestColorsReachTheTerminal(t *testing.T) {
	c := newColoring(t, ownColors())
	before := map[string]string{"4;1": "111111", "11": "303030"}
	c.frame("text")
	c.has("before", before)
	c.frame("\x1b]11;#102030\a\x1b]4;1;red;200;blue\a\x1b]12;green\a\x1b]17;white\a")
	set := map[string]string{"4;1": "ff0000", "4;200": "0000ff", "11": "102030", "12": "00ff00", "17": "ffffff"}
	c.has("after they are set", set)
	if text := c.frame("more"); strings.Contains(text, "\x1b]") {
		t.Errorf("%q, though no colour has changed", text)
	}
	c.user.Write([]byte("\x1b]104\a\x1b]111\a\x1b]10;red\a")) // by somebody else
	c.display.Repaint()
	c.frame("")
	delete(set, "10")
	c.user.Write([]byte("\x1b]110\a"))
	c.has("after a repaint", set)
	c.frame("\x1b]112\a\x1b]104;200\a")
	delete(set, "12")
	delete(set, "4;200")
	c.has("after two are reset", set)
	c.user.Write(c.display.Stop(nil))
	c.has("when it is suspended", before)
	c.user.Write(c.display.Start(nil, 80, 24))
	c.has("when it goes on", before)
	c.frame("")
	c.has("after the first frame", set)
	last := c.display.EmergencyStop()
	c.frame("\x1b]104\a\x1b]111\a\x1b]117\a")
	c.user.Write(last) // though that frame may not have been written
	c.has("at a sudden end", before)
}

// TestColorsAreResetWithoutTheme: a terminal that has not told its colours is made to
// reset them, those that a program has set and no others.
func TestColorsAreResetWithoutTheme(t *testing.T) {
	c := newColoring(t, vt.Theme{})
	c.frame("\x1b]11;#102030\a\x1b]4;200;blue\a")
	c.user.Write(c.display.Stop(nil))
	c.has("at the end", map[string]string{"4;1": "111111"})
}

// TestColorsStayWithin: a terminal that takes OSC for text gets none, and nothing that
// a diff has no grammar for is sent to any.
func TestColorsStayWithin(t *testing.T) {
	program := vt.NewTerminal(20, 4, vt.Options{})
	for n := range 300 {
		fmt.Fprintf(program, "\x1b]4;%d;#123456\a", n)
	}
	program.Write([]byte("\x1b]5;0;red;1;red;2;red;3;red;4;red\a\x1b]10;red;red;red;red;red;red;red;red;red;red\a"))
	for _, name := range userTerminals {
		dialect := vt.UserTerminal(name, "")
		d := display.New(dialect)
		out := string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{})) + string(d.Frame(nil, vt.NewScreen(20, 4), display.ScrolledOff{})) + string(d.Stop(nil))
		if err := checkOuter(out, true); err != nil {
			t.Errorf("TERM=%s: %v", name, err)
		}
		if takes := strings.Contains(out, "\x1b]4;"); takes != !dialect.NoOSC {
			t.Errorf("TERM=%s: colours are sent: %v", name, takes)
		}
		if found := regexp.MustCompile(`\x1b\](5|105|1[568]|11[568])[;\a]`).FindString(out); found != "" {
			t.Errorf("TERM=%s: %q is sent", name, found)
		}
	}
}

package doctor

import (
	"fmt"
	"strings"
	"time"

	"gm/vt"
	"gm/vt/cellwidth"
)

// Terminal holds the answers of the user's terminal.
type Terminal struct {
	Cols, Rows int
	Answered   bool          // it answers the queries
	Took       time.Duration // until the last answer
	Name       string        // XTVERSION
	Attributes string        // DA1, the numbers
	Secondary  string        // DA2, the numbers
	// Synchronized is the DECRPM value of mode 2026.
	Synchronized int
	Capabilities vt.Capabilities
	Theme        vt.Theme
}

// terminal reports the answers of the terminal.
func (e *examiner) terminal() {
	t, term := e.Terminal, e.value("TERM")
	if t == nil {
		e.add(Step{Part: Here, Name: "terminal", State: Note, Cause: "no-terminal",
			Text: "standard input, or both output and error, are no terminal: none is asked"})
		return
	}
	if term == "" || term == "dumb" {
		e.add(Step{Part: Here, Name: "terminal", State: Warning, Cause: "term", Text: fmt.Sprintf("TERM is %q", term),
			Verdict: "TERM does not name the terminal, so that programs use few of its features", Advice: "TERM=xterm-256color is right for most terminals"})
	}
	if !t.Answered {
		e.add(Step{Part: Here, Name: "terminal", State: Warning, Cause: "terminal-silent", Text: fmt.Sprintf("%s, %dx%d, does not answer queries", term, t.Cols, t.Rows),
			Verdict: "the terminal does not answer queries: gm uses what every terminal has, and begins sessions 2 s later",
			Advice:  "is there a program between gm and the terminal, such as script or a serial line?"})
		return
	}
	name := t.Name
	if name == "" {
		name = "of unknown name"
	}
	e.add(Step{Part: Here, Name: "terminal", Took: t.Took, Text: fmt.Sprintf("%s, TERM=%s, %dx%d; DA1 %s, DA2 %s", name, term, t.Cols, t.Rows, orNone(t.Attributes), orNone(t.Secondary))})
	e.add(Step{Part: Here, Name: "colours", Text: t.colours(e.value("COLORTERM"), term)})
	e.add(Step{Part: Here, Name: "widths", Text: t.widths()})
	e.add(Step{Part: Here, Name: "keyboard", Text: t.keyboard()})
	e.add(Step{Part: Here, Name: "output", Text: t.output()})
	clipboard := t.clipboard()
	if clipboard.State == Note && e.value("TMUX") != "" {
		clipboard.Advice = "in tmux: set -s set-clipboard on, in ~/.tmux.conf"
	}
	e.add(clipboard)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func (t *Terminal) has(f vt.Feature) bool { return t.Capabilities.Features.Has(f) }

func (t *Terminal) colours(colorterm, term string) string {
	text := fmt.Sprintf("%d", vt.TermColors(term))
	if t.has(vt.FeatureDirectColor) || colorterm == "truecolor" || colorterm == "24bit" {
		text = "24 bits"
	}
	switch t.Capabilities.Scheme {
	case 1:
		text += ", dark"
	case 2:
		text += ", light"
	}
	for _, f := range []struct {
		feature vt.Feature
		name    string
	}{{vt.FeatureUnderlines, "underline styles"}, {vt.FeatureUnderlineColor, "underline colours"}} {
		if t.has(f.feature) {
			text += ", " + f.name
		}
	}
	return text
}

// widths describes how the terminal lays out characters of several code points.
func (t *Terminal) widths() string {
	w := t.Capabilities.Widths
	if w&cellwidth.Known == 0 {
		return "not measured"
	}
	names := map[cellwidth.Layout]string{
		cellwidth.WideVariation: "emoji by U+FE0F", cellwidth.WideKeycap: "keycaps", cellwidth.JoinedTones: "skin tones",
		cellwidth.JoinedZWJ: "families (ZWJ)", cellwidth.WideNewEmoji: "emoji of Unicode 15", cellwidth.JoinedJamo: "Hangul Jamo", cellwidth.PairedFlags: "flags",
	}
	var wide, apart []string
	for _, bit := range cellwidth.Measured {
		if w&bit != 0 {
			wide = append(wide, names[bit])
		} else {
			apart = append(apart, names[bit])
		}
	}
	switch {
	case len(apart) == 0:
		return "as Unicode has them: " + strings.Join(wide, ", ")
	case len(wide) == 0:
		return "code point by code point: no " + strings.Join(apart, ", ")
	}
	return fmt.Sprintf("%s as Unicode has them; not %s", strings.Join(wide, ", "), strings.Join(apart, ", "))
}

func (t *Terminal) keyboard() string {
	switch {
	case t.has(vt.FeatureKittyKeys):
		return "kitty's protocol: every key can be told from others"
	case t.has(vt.FeatureModifyOtherKeys):
		return "modifyOtherKeys: most keys can be told from others"
	}
	return "as on a VT: some keys with Ctrl and Alt look like others"
}

func (t *Terminal) output() string {
	var has, lacks []string
	sort := func(name string, value int) {
		if value >= 1 && value <= 3 {
			has = append(has, name)
		} else {
			lacks = append(lacks, name)
		}
	}
	sort("synchronized output", t.Synchronized)
	sort("bracketed paste", t.Capabilities.Mode(2004))
	sort("reports of focus", t.Capabilities.Mode(1004))
	sort("mouse by SGR", t.Capabilities.Mode(1006))
	text := strings.Join(has, ", ")
	if len(has) == 0 {
		return "the terminal does not report its modes (DECRQM)"
	}
	if len(lacks) > 0 {
		text = strings.TrimPrefix(text+"; it does not report "+strings.Join(lacks, ", "), "; ")
	}
	return text
}

func (t *Terminal) clipboard() Step {
	if t.has(vt.FeatureClipboard) {
		return Step{Part: Here, Name: "clipboard", Text: "programs on hosts can set it (OSC 52)"}
	}
	return Step{Part: Here, Name: "clipboard", State: Note, Cause: "clipboard",
		Text: "the terminal does not report OSC 52: it has none, or has to be told to permit it"}
}

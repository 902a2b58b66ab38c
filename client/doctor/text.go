package doctor

import (
	"fmt"
	"io"
	"strings"
	"time"

	"gm/vt/cellwidth"
)

// Printer writes a report for people, step by step.
type Printer struct {
	W     io.Writer // gets texts that are clean, and sequences of gm's own
	Width int       // columns of a line, at least minWidth
	Color bool
	// Live shows waits in the last line, which is wiped.
	Live bool

	part Part
	busy bool
}

const (
	minWidth   = 40
	maxWidth   = 100
	stateWidth = 6  // of the column of states
	nameWidth  = 13 // of the column of names
	timeWidth  = 9  // of the column of times
	labelWidth = 9  // of "Verdict: "
)

// words are the states as they are printed, with the parameters of their SGR. There are no
// colours: none of the palette is readable in all themes, on light and on dark grounds.
var words = map[State]struct{ word, sgr string }{
	OK: {"ok", ""}, Note: {"note", "1"}, Warning: {"warn", "1;4"}, Failure: {"FAIL", "1;7"},
}

// Step writes a step, below the heading of its part if it is the first one.
func (p *Printer) Step(s Step) {
	p.Busy("")
	if s.Part != p.part {
		if p.part != "" {
			fmt.Fprintln(p.W)
		}
		fmt.Fprintln(p.W, p.paint("1", s.Part.heading()))
		p.part = s.Part
	}
	w := words[s.State]
	column := stateWidth + nameWidth
	head := p.paint(w.sgr, w.word) + strings.Repeat(" ", stateWidth-len(w.word)) + pad(s.Name, nameWidth)
	took := ""
	if s.Took > 0 {
		took = duration(s.Took)
	}
	for i, line := range wrap(s.Text, p.width()-column-timeWidth) {
		if i > 0 {
			head, took = strings.Repeat(" ", column), ""
		}
		line = head + line
		if took != "" {
			text := columns(line) - columns(head) + column
			line += strings.Repeat(" ", max(1, p.width()-text-len(took))) + took
		}
		fmt.Fprintln(p.W, strings.TrimRight(line, " "))
	}
	for line := range strings.SplitSeq(s.Printed, "\n") {
		if line != "" {
			fmt.Fprintln(p.W, strings.Repeat(" ", column)+"| "+line)
		}
	}
	if s.State == Note { // End has those of the others
		p.advice(column, s.Advice, s.Command)
	}
}

func (p *Printer) advice(column int, advice, command string) {
	indent := strings.Repeat(" ", column)
	for i, line := range wrap(advice, p.width()-column-3) {
		if line == "" {
			continue
		}
		mark := "-> "
		if i > 0 {
			mark = "   "
		}
		fmt.Fprintln(p.W, indent+mark+line)
	}
	if command != "" { // whole, so that it can be copied
		fmt.Fprintln(p.W, indent+"   "+p.paint("1", command))
	}
}

// Busy shows a wait until the next call.
func (p *Printer) Busy(text string) {
	if p.busy {
		io.WriteString(p.W, "\r\x1b[K")
		p.busy = false
	}
	if text != "" && p.Live {
		line := "..    " + text
		for columns(line) > p.width()-1 {
			line = line[:len(line)-1]
		}
		io.WriteString(p.W, strings.ToValidUTF8(line, ""))
		p.busy = true
	}
}

// End writes the verdict, then the other warnings and failures, each with its advice.
func (p *Printer) End(r *Report) {
	p.Busy("")
	fmt.Fprintln(p.W)
	worst := r.Worst()
	p.conclusion("Verdict:", r.Verdict(), worst)
	for i := range r.Steps {
		if s := &r.Steps[i]; s != worst && s.State >= Warning {
			p.conclusion("Also:", s.verdict(), s)
		}
	}
	if r.Host != "" {
		fmt.Fprintln(p.W)
		for _, line := range wrap(privacy, p.width()) {
			fmt.Fprintln(p.W, line)
		}
	}
}

// privacy is for the readers of a report.
const privacy = "This report has names, addresses and paths, but no keys and passwords."

func (p *Printer) conclusion(label, sentence string, s *Step) {
	head := p.paint("1", label) + strings.Repeat(" ", labelWidth-len(label))
	for _, line := range wrap(sentence+".", p.width()-labelWidth) {
		fmt.Fprintln(p.W, head+line)
		head = strings.Repeat(" ", labelWidth)
	}
	if s != nil {
		p.advice(labelWidth, s.Advice, s.Command)
	}
}

func (p *Printer) width() int { return min(max(p.Width, minWidth), maxWidth) }

func (p *Printer) paint(sgr, text string) string {
	if !p.Color || sgr == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[m"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(1, width-columns(text)))
}

// columns returns the number of columns of text, without SGR sequences.
func columns(text string) (n int) {
	for text != "" {
		before, after, found := strings.Cut(text, "\x1b[")
		w, _ := cellwidth.Layout(0).Columns(before)
		n += w
		if !found {
			break
		}
		_, text, _ = strings.Cut(after, "m")
	}
	return n
}

// wrap breaks text at blanks into lines of at most width columns. A longer word has a line
// of its own.
func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case columns(line)+1+columns(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// duration returns d as "12 ms" or "3.4 s".
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

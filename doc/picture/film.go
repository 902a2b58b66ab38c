package main

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"gm/vt"
)

// film is a pane with its frames. A film of one frame stands still.
type film struct {
	title  string
	frames []frame
}

// frame is the terminal's screen from a time on.
type frame struct {
	at     time.Duration
	screen *vt.Screen
}

// lead is the time before a film, in which the programs start.
const lead = 3 * time.Second

// record runs the panes while lines are typed in all of them, and returns their films of
// that length.
func record(length time.Duration, lines []typedLine, panes ...*pane) (films []film, err error) {
	start := time.Now()
	for _, p := range panes {
		if err := p.start(); err != nil {
			return nil, err
		}
	}
	start = start.Add(lead)
	if err := typeKeys(start, lines, panes); err != nil {
		return nil, err
	}
	time.Sleep(time.Until(start.Add(length)))
	for _, p := range panes {
		if err := p.stop(); err != nil {
			return nil, err
		}
		films = append(films, film{p.title, p.frames(start, length)})
	}
	return films, nil
}

// size returns the size of the drawing in SVG units.
func (f film) size() (width, height int) {
	cols, rows := f.frames[0].screen.Size()
	return int(math.Ceil(float64(cols)*cellWidth)) + 2*margin, titleSpace + rows*cellHeight + margin
}

// drawAt draws the film with its title, with its top left corner at x and y.
func (f film) drawAt(b *strings.Builder, x, y int) {
	width, height := f.size()
	_, rows := f.frames[0].screen.Size()
	fmt.Fprintf(b, "<g transform=\"translate(%d %d)\">\n", x, y)
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" fill=\"#a6adc8\">%s</text>\n", margin, titleSpace-8, html.EscapeString(f.title))
	fmt.Fprintf(b, "<rect y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\"/>\n",
		titleSpace, width, height-titleSpace, backColor)
	for y := range rows {
		fmt.Fprintf(b, "<g transform=\"translate(%d %d)\">\n", margin, titleSpace+margin/2+y*cellHeight)
		for _, s := range spans(f.frames, func(screen *vt.Screen) string { return drawRow(screen, y) + drawCursor(screen, y) }) {
			during(b, s, s.drawing)
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</g>\n")
}

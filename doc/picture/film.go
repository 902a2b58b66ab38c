//go:build linux

package main

import (
	"fmt"
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

// scene is what happens in the panes of a picture. Times count from its beginning.
type scene struct {
	title          string
	length, poster time.Duration // of the reel
	lines          []typedLine
	moments        []moment
}

// moment is a change around the panes, with the caption that is shown from then on.
type moment struct {
	at      time.Duration
	caption string
	color   string
	do      func() error // nil if there is only a caption
}

// Colours of captions.
const (
	goodColor  = "#a6e3a1"
	badColor   = "#f38ba8"
	keysColor  = "#f9e2af"
	titleColor = "#a6adc8"
)

// lead is the time before a scene, in which the programs start.
const lead = 3 * time.Second

// record plays a scene in the panes and returns their films.
func (sc scene) record(panes ...*pane) (films []film, err error) {
	start := time.Now()
	for _, p := range panes {
		if err := p.start(); err != nil {
			return nil, err
		}
	}
	start = start.Add(lead)
	failed := make(chan error, 1)
	go func() {
		for _, m := range sc.moments {
			time.Sleep(time.Until(start.Add(m.at)))
			if m.do == nil {
				continue
			}
			if err := m.do(); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	if err := typeKeys(start, sc.lines, panes); err != nil {
		return nil, err
	}
	if err := <-failed; err != nil {
		return nil, err
	}
	time.Sleep(time.Until(start.Add(sc.length)))
	for _, p := range panes {
		if err := p.stop(); err != nil {
			return nil, err
		}
		films = append(films, film{p.title, p.frames(start, sc.length)})
	}
	return films, nil
}

// render draws the films below each other, under the captions and the keys.
func (sc scene) render(films []film) []byte {
	var b strings.Builder
	r := &reel{length: sc.length, poster: sc.poster}
	sc.header(&b, r)
	width, height := 0, 2*titleSpace
	for _, f := range films {
		f.drawAt(&b, r, margin, height)
		w, h := f.size()
		width, height = max(width, w), height+h+margin
	}
	return document(width+2*margin, height+margin, sc.title, r.style(), b.String())
}

func (sc scene) header(b *strings.Builder, r *reel) {
	line := func(y int, from, to time.Duration, color, text string) {
		r.during(b, span{from, to, fmt.Sprintf(`<text x="%d" y="%d" fill="%s">%s</text>`, 2*margin, y, color, escape(text))})
	}
	for i, m := range sc.moments {
		end := sc.length
		if i+1 < len(sc.moments) {
			end = sc.moments[i+1].at
		}
		line(titleSpace-4, m.at, end, m.color, m.caption)
	}
	typed, ks := "", keys(sc.lines)
	for i, k := range ks {
		end := sc.length
		if i+1 < len(ks) {
			end = ks[i+1].at
		}
		typed += keyName(k.char)
		line(2*titleSpace-8, k.at, end, keysColor, "keys   "+typed)
		if i+1 < len(ks) && ks[i+1].line != k.line {
			typed = ""
		}
	}
}

// size returns the size of the drawing in SVG units.
func (f film) size() (width, height int) {
	cols, rows := f.frames[0].screen.Size()
	return int(math.Ceil(float64(cols)*cellWidth)) + 2*margin, titleSpace + rows*cellHeight + margin
}

// drawAt draws the film with its title, with its top left corner at x and y.
func (f film) drawAt(b *strings.Builder, r *reel, x, y int) {
	width, height := f.size()
	_, rows := f.frames[0].screen.Size()
	fmt.Fprintf(b, "<g transform=\"translate(%d %d)\">\n", x, y)
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n", margin, titleSpace-8, titleColor, escape(f.title))
	fmt.Fprintf(b, "<rect y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\"/>\n",
		titleSpace, width, height-titleSpace, backColor)
	for y := range rows {
		fmt.Fprintf(b, "<g transform=\"translate(%d %d)\">\n", margin, titleSpace+margin/2+y*cellHeight)
		for _, s := range r.spans(f.frames, func(screen *vt.Screen) string { return drawRow(screen, y) + drawCursor(screen, y) }) {
			r.during(b, s)
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</g>\n")
}

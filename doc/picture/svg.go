package main

import (
	"fmt"
	"html"
	"strings"
	"time"

	"gm/vt"
)

// film is a pane with its frames.
type film struct {
	title  string
	frames []frame
}

const (
	margin     = 12
	titleSpace = 26
	paneWidth  = cols * cellWidth
	paneHeight = rows * cellHeight
	fullWidth  = paneWidth + 4*margin
)

// poster is the time whose frame viewers without animation show.
const poster = downFrom + downFor - time.Second

// render draws the films below each other, under the state of the link and the keys.
// The animation (SMIL) repeats.
func render(films []film) []byte {
	var b strings.Builder
	step := titleSpace + paneHeight + 2*margin
	height := 2*titleSpace + len(films)*step + margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">
<title>gm over a link of 500 ms that loses 30%% of the packets and is down for %v: with prediction every key shows at once</title>
<rect width="100%%" height="100%%" rx="8" fill="#11111b"/>
`, fullWidth, height, downFor)
	header(&b)
	for i, f := range films {
		fmt.Fprintf(&b, "<g transform=\"translate(%d %d)\">\n", margin, 2*titleSpace+i*step)
		f.draw(&b)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func header(b *strings.Builder) {
	line := func(y int, s span, fill, text string) {
		during(b, s, fmt.Sprintf(`<text x="%d" y="%d" fill="%s">%s</text>`, 2*margin, y, fill, html.EscapeString(text)))
	}
	up := "link   500 ms round trip, 30% of the packets lost each way"
	line(titleSpace-4, span{from: 0, to: downFrom}, "#a6e3a1", up)
	line(titleSpace-4, span{from: downFrom, to: downFrom + downFor}, "#f38ba8", "link   down")
	line(titleSpace-4, span{from: downFrom + downFor, to: length}, "#a6e3a1", up)
	typed, ks := "", keys()
	for i, k := range ks {
		end := length
		if i+1 < len(ks) {
			end = ks[i+1].at
		}
		typed += strings.ReplaceAll(string(k.char), "\r", "⏎")
		line(2*titleSpace-8, span{from: k.at, to: end}, "#f9e2af", "keys   "+typed)
		if k.char == '\r' {
			typed = ""
		}
	}
}

func (f film) draw(b *strings.Builder) {
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" fill=\"#a6adc8\">%s</text>\n", margin, titleSpace-8, html.EscapeString(f.title))
	fmt.Fprintf(b, "<rect y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"6\" fill=\"%s\"/>\n",
		titleSpace, paneWidth+2*margin, paneHeight+margin, backColor)
	for y := range rows {
		fmt.Fprintf(b, "<g transform=\"translate(%d %d)\">\n", margin, titleSpace+margin/2+y*cellHeight)
		for _, s := range spans(f.frames, func(screen *vt.Screen) string { return drawRow(screen, y) + drawCursor(screen, y) }) {
			during(b, s, s.drawing)
		}
		b.WriteString("</g>\n")
	}
}

func drawCursor(s *vt.Screen, y int) string {
	if s.Cursor.Hidden || s.Cursor.Y != y {
		return ""
	}
	return fmt.Sprintf(`<rect x="%.1f" y="1" width="%.1f" height="%d" fill="#cdd6f4" fill-opacity=".6"/>`,
		float64(s.Cursor.X)*cellWidth, cellWidth, cellHeight-2)
}

// during draws something that is shown in a span only.
func during(b *strings.Builder, s span, drawing string) {
	display := "none"
	if s.from <= poster && poster < s.to {
		display = "inline"
	}
	values, times := "none;inline;none", fmt.Sprintf("0;%s;%s", share(s.from), share(s.to))
	switch {
	case s.from <= 0 && s.to >= length:
		fmt.Fprintf(b, "<g>%s</g>\n", drawing)
		return
	case s.from <= 0:
		values, times = "inline;none", "0;"+share(s.to)
	case s.to >= length:
		values, times = "none;inline", "0;"+share(s.from)
	}
	fmt.Fprintf(b, `<g display="%s">%s<animate attributeName="display" values="%s" keyTimes="%s" dur="%ds" calcMode="discrete" repeatCount="indefinite"/></g>`+"\n",
		display, drawing, values, times, int(length.Seconds()))
}

// share returns a time as a fraction of the film.
func share(t time.Duration) string {
	return strings.TrimLeft(fmt.Sprintf("%.4f", float64(t)/float64(length)), "0")
}

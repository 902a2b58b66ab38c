package main

import (
	"fmt"
	"strings"
	"time"

	"gm/vt"
)

// span is a time in which a drawing is shown.
type span struct {
	from, to time.Duration
	drawing  string
}

// spans returns the drawings of the frames with their times. It merges equal ones and
// leaves out empty ones.
func spans(frames []frame, draw func(*vt.Screen) string) (all []span) {
	for _, f := range frames {
		drawing := draw(f.screen)
		if n := len(all); n > 0 {
			if all[n-1].drawing == drawing {
				continue
			}
			all[n-1].to = f.at
		}
		all = append(all, span{f.at, length, drawing})
	}
	kept := all[:0]
	for _, s := range all {
		if s.drawing != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// poster is the time whose frame viewers without animation show.
const poster = downFrom + downFor - time.Second

// during draws something that is shown in a span only. The animation (SMIL) repeats.
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

//go:build linux

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

// reel is the time line of a picture: what is shown when. It collects its style sheet.
type reel struct {
	length time.Duration
	// poster is the time whose frame is shown without animation, and after the last
	// repetition.
	poster time.Duration
	rules  strings.Builder
	names  map[string]string // of the keyframes, by their content
}

// plays is how often a film is shown before it stands still.
const plays = 3

// spans returns the drawings of the frames with their times. It merges equal ones and
// leaves out empty ones.
func (r *reel) spans(frames []frame, draw func(*vt.Screen) string) (all []span) {
	for _, f := range frames {
		drawing := draw(f.screen)
		if n := len(all); n > 0 {
			if all[n-1].drawing == drawing {
				continue
			}
			all[n-1].to = f.at
		}
		all = append(all, span{f.at, r.length, drawing})
	}
	kept := all[:0]
	for _, s := range all {
		if s.drawing != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// during draws something that is shown in a span only.
func (r *reel) during(b *strings.Builder, s span) {
	if s.from <= 0 && s.to >= r.length {
		fmt.Fprintf(b, "<g>%s</g>\n", s.drawing)
		return
	}
	hidden := ` visibility="hidden"`
	if s.from <= r.poster && r.poster < s.to {
		hidden = ""
	}
	fmt.Fprintf(b, `<g class="a" style="animation-name:%s"%s>%s</g>`+"\n", r.keyframes(s), hidden, s.drawing)
}

// keyframes returns the name of the keyframes of a span.
func (r *reel) keyframes(s span) string {
	const show, hide = "{visibility:visible}", "{visibility:hidden}"
	content := "0%" + hide + r.share(s.from) + show
	if s.from <= 0 {
		content = "0%" + show
	}
	if s.to < r.length {
		content += r.share(s.to) + hide
	}
	if name, ok := r.names[content]; ok {
		return name
	}
	if r.names == nil {
		r.names = map[string]string{}
	}
	name := fmt.Sprintf("k%d", len(r.names))
	r.names[content] = name
	fmt.Fprintf(&r.rules, "@keyframes %s{%s}\n", name, content)
	return name
}

// share returns a time as a percentage of the film.
func (r *reel) share(t time.Duration) string {
	return fmt.Sprintf("%.2f%%", 100*float64(t)/float64(r.length))
}

// style returns the style sheet. The film plays some times and stands still then, at once
// for readers who want no motion, and while the mouse is on it.
func (r *reel) style() string {
	if len(r.names) == 0 {
		return ""
	}
	return fmt.Sprintf("<style>\n.a{animation:%.0fs step-end %d}\nsvg:hover .a{animation-play-state:paused}\n"+
		"@media (prefers-reduced-motion:reduce){.a{animation:none}}\n%s</style>\n", r.length.Seconds(), plays, r.rules.String())
}

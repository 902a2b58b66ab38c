package client

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"gm/vt"
	"gm/wire/state"
)

const (
	// askTime is how long the terminal is given for its answers.
	askTime = 2 * time.Second

	// lateTime is how long after the questions an answer is still taken for
	// one.
	lateTime = time.Minute

	// keyTime is how long what may be a key and may begin an answer waits for
	// more; restTime, what can only be the beginning of an answer.
	keyTime  = 50 * time.Millisecond
	restTime = time.Second

	// maxAnswer bounds an answer, in bytes.
	maxAnswer = 64
)

// inquiry asks the user's terminal how it looks and takes the answers out of
// what is typed. The keys pass on unharmed and in order. The zero inquiry has
// asked nothing and passes everything on.
//
// Only what has the exact form of an answer that is still to come is taken, and
// held until it is complete. What turns out to be something else passes on at
// once; Escape, Alt-[ and Alt-], which answers begin with, after keyTime. When
// the terminal has answered all that it will, or after askTime, they are not
// held any more: then an answer that comes after all, until lateTime, must not
// be cut after those.
type inquiry struct {
	began  time.Time
	open   []question // without an answer
	done   bool       // the last question was answered
	held   []byte     // the beginning of an answer, perhaps
	heldAt time.Time  // when the last of it came
	news   state.Appearance
}

// question is what is asked, and what the answer looks like: head, then bytes of
// body, then one of ends (xterm ctlseqs).
type question struct {
	ask  string
	head string
	body string
	ends []string
	take func(q *inquiry, body string)
}

// ask gives the questions; the size of the window in pixels is asked for only
// if it is not known already.
func (q *inquiry) ask(now time.Time, pixels bool) string {
	q.began = now
	q.open = append(q.open, colorQuestion("10", func(t *vt.Theme) *vt.Color { return &t.Foreground }),
		colorQuestion("11", func(t *vt.Theme) *vt.Color { return &t.Background }),
		colorQuestion("12", func(t *vt.Theme) *vt.Color { return &t.Cursor }),
		colorQuestion("17", func(t *vt.Theme) *vt.Color { return &t.Selection }),
		colorQuestion("19", func(t *vt.Theme) *vt.Color { return &t.SelectedText }))
	for i := range len(vt.Theme{}.Palette) {
		q.open = append(q.open, colorQuestion(fmt.Sprintf("4;%d", i), func(t *vt.Theme) *vt.Color { return &t.Palette[i] }))
	}
	if pixels {
		q.open = append(q.open, pixelQuestion())
	}
	q.open = append(q.open, lastQuestion())
	var text strings.Builder
	for _, k := range q.open {
		text.WriteString(k.ask)
	}
	return text.String()
}

// colorQuestion is OSC 4 or 10 to 19.
func colorQuestion(name string, slot func(*vt.Theme) *vt.Color) question {
	return question{
		ask:  "\x1b]" + name + ";?\a", // some answer a question with ESC \ wrongly
		head: "\x1b]" + name + ";",
		body: "0123456789abcdefABCDEF/:#rgb",
		ends: []string{"\a", "\x1b\\"},
		take: func(q *inquiry, body string) {
			if c, ok := vt.ParseColor(body); ok {
				*slot(&q.news.Theme) = c
			}
		},
	}
}

// pixelQuestion is XTWINOPS 14: the size of the text area.
func pixelQuestion() question {
	return question{
		ask: "\x1b[14t", head: "\x1b[4;", body: "0123456789;", ends: []string{"t"},
		take: func(q *inquiry, body string) {
			var width, height int
			if _, err := fmt.Sscanf(body, "%d;%d", &height, &width); err == nil {
				q.news.Width, q.news.Height = width, height
			}
		},
	}
}

// lastQuestion is DA1, which every terminal answers: after its answer there is
// nothing to wait for.
func lastQuestion() question {
	return question{
		ask: "\x1b[c", head: "\x1b[?", body: "0123456789;", ends: []string{"c"},
		take: func(q *inquiry, _ string) { q.done = true },
	}
}

// asking says that answers are on their way.
func (q *inquiry) asking(now time.Time) bool {
	return !q.began.IsZero() && !q.done && now.Before(q.began.Add(askTime))
}

// over says that no answer is taken any more.
func (q *inquiry) over(now time.Time) bool {
	return len(q.open) == 0 || !now.Before(q.began.Add(lateTime))
}

// filter gives the keys among what was read, and what was held and turns out to
// be keys. It keeps no reference to input.
func (q *inquiry) filter(now time.Time, input []byte) (keys []byte) {
	if q.over(now) {
		return append(q.release(), input...)
	}
	for _, b := range input {
		if len(q.held) == 0 && b != '\x1b' {
			keys = append(keys, b)
			continue
		}
		q.held = append(q.held, b)
		for n := q.alien(); n > 0; n = q.alien() {
			keys = append(keys, q.held[:n]...)
			q.held = q.held[n:]
		}
	}
	q.heldAt = now
	if q.mayBeKey() && !q.asking(now) {
		keys = append(keys, q.release()...)
	}
	return keys
}

// alien gives how much of what is held can not become an answer, up to where
// the next could begin. A complete answer it takes.
func (q *inquiry) alien() int {
	if len(q.held) == 0 {
		return 0
	}
	if q.held[0] == '\x1b' && len(q.held) <= maxAnswer {
		for i, k := range q.open {
			body, whole, ok := k.match(q.held)
			if whole {
				q.open = slices.Delete(q.open, i, i+1)
				q.held = nil
				k.take(q, body)
			}
			if ok {
				return 0
			}
		}
	}
	if n := bytes.IndexByte(q.held[1:], '\x1b'); n >= 0 {
		return 1 + n
	}
	return len(q.held)
}

// match says whether b begins like an answer to k, and whether it is a whole
// one, with that body.
func (k *question) match(b []byte) (body string, whole, ok bool) {
	s := string(b)
	if len(s) < len(k.head) {
		return "", false, strings.HasPrefix(k.head, s)
	}
	rest, ok := strings.CutPrefix(s, k.head)
	if !ok {
		return "", false, false
	}
	end := strings.TrimLeft(rest, k.body)
	for _, e := range k.ends {
		if strings.HasPrefix(e, end) {
			return rest[:len(rest)-len(end)], end == e, true
		}
	}
	return "", false, false
}

// mayBeKey says that what is held may have been typed.
func (q *inquiry) mayBeKey() bool { return 0 < len(q.held) && len(q.held) <= len("\x1b[") }

// deadline is when flush has something to do.
func (q *inquiry) deadline() time.Time {
	switch {
	case len(q.held) == 0:
		return time.Time{}
	case q.mayBeKey():
		return q.heldAt.Add(keyTime)
	}
	return q.heldAt.Add(restTime)
}

// flush gives what was held for too long.
func (q *inquiry) flush(now time.Time) (keys []byte) {
	if at := q.deadline(); at.IsZero() || now.Before(at) {
		return nil
	}
	return q.release()
}

func (q *inquiry) release() (keys []byte) {
	keys, q.held = q.held, nil
	return keys
}

// takeNews gives what was learned since the last call.
func (q *inquiry) takeNews() (news state.Appearance) {
	news, q.news = q.news, state.Appearance{}
	return news
}

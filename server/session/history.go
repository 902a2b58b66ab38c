package session

import (
	"cmp"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// Lines of the history that the client cannot copy from its screen are sent as text, in
// states that are acknowledged one by one, so that a key's echo waits for one at most.
// These are the limits of their text, in bytes as they are kept; on the wire they have
// about a third of that.
const (
	minHistoryText = 2 << 10
	maxHistoryText = 64 << 10
)

// lossyHistoryText bounds the limit times the share of datagrams that is lost: 4 KB, which
// are about one datagram, where 20% are lost, and 16 KB where 5% are. If one datagram of a
// text is lost, the text comes later by a timeout.
const lossyHistoryText = 800

// maxHistoryTime is how much longer a text may take than the fastest one, so that a key's
// echo does not wait for long.
const maxHistoryTime = 30 * time.Millisecond

// historyKeyPause is how long after a key no text is begun: its echo is on its way.
const historyKeyPause = 250 * time.Millisecond

// historyPause is how long a program must be silent after a flood that has overrun the
// history, before what is left of it is sent. One flood then leaves one gap.
const historyPause = 100 * time.Millisecond

// historyFeed decides which lines of the history a client's next state contains
// (extension "history"). Lines that the client has on its screen cost nothing. Others wait
// for those before them to be acknowledged.
type historyFeed struct {
	lines   int           // as many as the client wants; 0 for a client without the extension
	text    int           // limit of the next text, in bytes
	held    bool          // the state that was offered last leaves lines out
	offered bool          // the state that was offered last contains text that is not sent yet
	pending uint64        // number of the state with the text that is not acknowledged; 0 for none
	sent    time.Time     // when it was sent
	fastest time.Duration // the shortest time until such a state was acknowledged; 0 for none
	resume  time.Time     // when lines that wait for a pause are sent; zero if none wait
	output  time.Time     // when the program wrote last
	typed   time.Time     // when the client typed last
}

func newHistoryFeed(lines int) historyFeed {
	return historyFeed{lines: cmp.Or(lines, state.DefaultHistory), text: minHistoryText}
}

// next returns the history of the state to be offered with screen, after sent. known
// reports whether the client has a screen of the session.
func (h *historyFeed) next(now time.Time, screen *vt.Screen, sent state.Screen, known bool) state.History {
	h.held, h.offered, h.resume = false, false, time.Time{}
	if h.lines == 0 {
		return state.History{}
	}
	had := sent.History
	first, end := screen.History()
	if end > uint64(h.lines) {
		first = max(first, end-uint64(h.lines))
	}
	next := state.History{End: had.End, Top: end, Clears: screen.Clears}
	if next.Clears != had.Clears {
		next.End = max(next.End, first)
	}
	_, shown := sent.Screen.History()
	_, rows := sent.Screen.Size()
	switch {
	case next.End >= shown && end-next.End <= uint64(rows):
		next.End = end
	case h.pending != 0 || !known || h.waits(now, next.End < first):
		h.held = true
	default:
		next.End = min(end, screen.HistoryWithin(max(next.End, first), h.text))
		h.held, h.offered = next.End < end, true
	}
	return next
}

// waits reports whether the history is not sent now, because it was overrun by output
// that has not ended, or because of a key, and sets when it is sent.
func (h *historyFeed) waits(now time.Time, overrun bool) bool {
	h.resume = h.typed.Add(historyKeyPause)
	if overrun {
		h.resume = deadline.Latest(h.resume, h.output.Add(historyPause))
	}
	if !now.Before(h.resume) {
		h.resume = time.Time{}
	}
	return !h.resume.IsZero()
}

// stateSent notes that the state that was offered last was sent, under the number num.
func (h *historyFeed) stateSent(now time.Time, num uint64) {
	if h.offered {
		h.pending, h.sent, h.offered = num, now, false
	}
}

// acked reports whether lines that were left out can be sent now that the client has the
// state num.
func (h *historyFeed) acked(now time.Time, num uint64, loss float64) bool {
	if h.pending != 0 && num >= h.pending {
		h.pending = 0
		h.adjust(now.Sub(h.sent), loss)
	}
	return h.held && h.pending == 0 && num > 0 && h.resume.IsZero()
}

// adjust sets the limit of the next text after one was acknowledged within a time. The
// longer that is than the fastest one took, the more of the time was transmission. The
// time of a text that cannot be shorter counts as the fastest, because the path may have
// become longer. loss is the share of datagrams that is lost.
func (h *historyFeed) adjust(took time.Duration, loss float64) {
	if h.fastest == 0 || took < h.fastest || h.text == minHistoryText {
		h.fastest = took
	}
	switch late := took - h.fastest; {
	case late > maxHistoryTime:
		h.text /= 2
	case late <= maxHistoryTime/2:
		h.text *= 2
	}
	h.text = min(max(h.text, minHistoryText), maxHistoryText)
	if loss*float64(h.text) > lossyHistoryText {
		h.text = max(int(lossyHistoryText/loss), minHistoryText)
	}
}

// erasedInterval is the least time between two screens that ED 2 adds to the history.
const erasedInterval = time.Second

func (s *Session) allowErased(now time.Time) {
	if s.historyLines > 0 && !now.Before(s.erasable) {
		s.erasable = now.Add(erasedInterval)
		s.term.AllowErased()
	}
}

// keepHistory keeps as many lines as the clients want, and those that a client has shown
// in its terminal out of the screen.
func (s *Session) keepHistory() {
	recall := true
	for _, a := range s.attachments {
		if a.history.lines > 0 {
			s.historyLines, recall = max(s.historyLines, a.history.lines), false
		}
	}
	s.term.SetHistory(max(s.historyLines, s.cfg.Terminal.History), recall && s.cfg.Terminal.Reflow)
}

// applyScrolled moves rows out of the screen that the terminal of the client whose size the
// screen has does not show any more.
func (a *Attachment) applyScrolled(now time.Time, events []state.UserEvent) {
	if a.history.lines == 0 || a != a.session.leader() {
		return
	}
	for _, e := range events {
		if e.Scrolled != nil {
			a.session.term.ScrollOff(e.Scrolled.From, e.Scrolled.Span)
			a.session.markDirty(now)
		}
	}
}

package client

import (
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/vt"
)

// steadily types text and reports of each key whether all text typed so far was shown
// at once, where the program's terminal will show it.
func (w *world) steadily(text string, every time.Duration) (shown []bool) {
	w.t.Helper()
	for i, key := range text {
		w.types(string(key))
		last := vt.Resume(w.program.Snapshot())
		last.Write([]byte(text[len(w.received) : i+len(string(key))]))
		shown = append(shown, sameText(w.user.Snapshot(), last.Snapshot()))
		w.Run(every)
	}
	return shown
}

// sameText reports whether two screens have the same text and cursor position.
func sameText(a, b *vt.Screen) bool {
	_, rows := a.Size()
	for y := range rows {
		if a.RowText(y) != b.RowText(y) {
			return false
		}
	}
	return a.Cursor.X == b.Cursor.X && a.Cursor.Y == b.Cursor.Y
}

// longestHidden returns the greatest number of successive keys not shown at once.
func longestHidden(shown []bool) (longest int) {
	hidden := 0
	for _, ok := range shown {
		if hidden++; ok {
			hidden = 0
		}
		longest = max(longest, hidden)
	}
	return longest
}

// After predictions were incorrect for any reason, they are correct and visible again
// after two round trips of typing: also when the echo of a key arrives before its
// acknowledgement, and when the line continues in the next row.
func TestPredictionsRecover(t *testing.T) {
	const (
		before    = 30 // keys
		delay     = 250 * time.Millisecond
		ackDelay  = 50 * time.Millisecond // of a world's program
		interval  = 250 * time.Millisecond
		recovered = delay + 4*delay + interval + ackDelay // after the program did it
	)
	text := strings.Repeat("the quick brown fox jumps over a lazy dog ", 4)
	for name, happens := range map[string]func(w *world, key string){
		"output in the line":          func(w *world, key string) { w.prints(key + "\r\nDone\r\n") },
		"output without a line's end": func(w *world, key string) { w.prints(key + "\r\nx: ") },
		"a redrawn line":              func(w *world, key string) { w.prints("\r\x1b[KDone\r\n$ anew " + key) },
		"a key of two columns":        func(w *world, key string) { w.prints("^" + key) },
		"a key that shows nothing":    func(w *world, key string) {},
		"text that is completed":      func(w *world, key string) { w.prints(key + "pletion") },
		"text that is deleted":        func(w *world, key string) { w.prints("\b\b\b\x1b[K" + key) },
		"another place":               func(w *world, key string) { w.prints("\x1b[4;9H" + key) },
	} {
		for _, every := range []time.Duration{60 * time.Millisecond, 100 * time.Millisecond, 120 * time.Millisecond} {
			s := plainSettings()
			s.predict = predict.Adaptive
			w := newWorld(t, "delay="+delay.String(), s)
			w.Run(5 * time.Second)
			w.echo = func(w *world, key string) {
				if len(w.received) == before {
					happens(w, key)
					return
				}
				w.prints(key)
			}
			shown := w.steadily(text, every)
			if !shown[before-1] {
				t.Errorf("%s: key %d is not shown at once", name, before)
			}
			if n, most := longestHidden(shown), int(recovered/every); n > most {
				t.Errorf("%s: of the keys every %v, %d in a row are not shown at once, want at most %d", name, every, n, most)
			}
		}
	}
}

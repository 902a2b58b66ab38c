package address

import (
	"errors"
	"io"
	"os"
	"time"
)

// watchPause is the least time between two notices of a watch.
const watchPause = 100 * time.Millisecond

// maxWatchErrors is the number of failed reads in a row after which a watch ends.
const maxWatchErrors = 16

// Watch is a watch on this machine's addresses and routes. The zero Watch notices
// nothing.
type Watch struct {
	events  io.ReadCloser
	changed chan struct{}
	closed  chan struct{}
}

// NewWatch starts a watch in a goroutine that start runs. The goroutine sleeps until an
// event of the system. Where there are no such events, or where they are forbidden as on
// Android, the Watch notices nothing.
func NewWatch(start func(func())) *Watch {
	events, err := openEvents()
	if err != nil {
		return &Watch{}
	}
	return newWatch(events, start)
}

func newWatch(events io.ReadCloser, start func(func())) *Watch {
	w := &Watch{events: events, changed: make(chan struct{}, 1), closed: make(chan struct{})}
	start(w.run)
	return w
}

// Changed returns a channel that receives a value when something has changed, or may
// have.
func (w *Watch) Changed() <-chan struct{} { return w.changed }

func (w *Watch) Close() {
	if w.events != nil {
		close(w.closed)
		w.events.Close()
	}
}

func (w *Watch) run() {
	buf := make([]byte, 1<<12) // the messages are not read: their arrival counts
	for failures := 0; failures < maxWatchErrors; {
		n, err := w.events.Read(buf)
		switch {
		case errors.Is(err, os.ErrClosed):
			return
		case err != nil: // such as ENOBUFS: messages were lost
			failures++
		case n > 0:
			failures = 0
		}
		select {
		case w.changed <- struct{}{}:
		default:
		}
		select {
		case <-time.After(watchPause):
		case <-w.closed:
			return
		}
	}
}

package address

import (
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// events is a source of events, whose reads return the values of the channel. It is
// closed with the channel.
type events struct {
	reads  chan error
	closed chan struct{}
	count  int
}

func newEvents() *events {
	return &events{reads: make(chan error, 100), closed: make(chan struct{})}
}

func (e *events) Read(buf []byte) (int, error) {
	select {
	case err := <-e.reads:
		e.count++
		if err != nil {
			return 0, err
		}
		return copy(buf, "event"), nil
	case <-e.closed:
		return 0, os.ErrClosed
	}
}

func (e *events) Close() error {
	close(e.closed)
	return nil
}

func startWatch(e *events) (w *Watch, ended chan struct{}) {
	ended = make(chan struct{})
	return newWatch(e, func(f func()) {
		go func() {
			f()
			close(ended)
		}()
	}), ended
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEvents()
		w, ended := startWatch(e)
		synctest.Wait()
		select {
		case <-w.Changed():
			t.Error("a change without an event")
		default:
		}
		e.reads <- nil
		<-w.Changed()
		e.reads <- errors.New("messages were lost")
		<-w.Changed()
		w.Close()
		<-ended
	})
}

// TestWatchOfManyEvents: events in a row are one notice each watchPause, whether or not
// it is received.
func TestWatchOfManyEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEvents()
		w, ended := startWatch(e)
		for range 50 {
			e.reads <- nil
		}
		time.Sleep(10*watchPause - 1)
		synctest.Wait()
		if e.count != 10 {
			t.Errorf("%d events in 10 pauses", e.count)
		}
		<-w.Changed()
		w.Close()
		<-ended
	})
}

func TestWatchEndsAfterErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEvents()
		w, ended := startWatch(e)
		for range maxWatchErrors {
			e.reads <- errors.New("failed")
		}
		<-ended
		w.Close()
	})
}

func TestZeroWatch(t *testing.T) {
	w := &Watch{}
	if w.Changed() != nil {
		t.Error("a zero Watch has a channel")
	}
	w.Close()
}

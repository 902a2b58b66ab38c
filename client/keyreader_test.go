package client

import (
	"testing"
	"testing/synctest"
)

// pass takes input until maxAhead bytes wait for the loop, and goes on when the loop
// has received them.
func TestReadAheadIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, done := newKeyReader(func(int64) {}), make(chan struct{})
		go p.pass(done)
		ahead := func() (n int) {
			for {
				select {
				case p.raw <- make([]byte, readSize):
					n += readSize
					synctest.Wait()
				default:
					return n
				}
			}
		}
		synctest.Wait()
		if n := ahead(); n != maxAhead {
			t.Errorf("%d bytes read ahead, want %d", n, maxAhead)
		}
		if got := len(<-p.keys); got != maxAhead {
			t.Errorf("the loop received %d bytes, want %d", got, maxAhead)
		}
		synctest.Wait()
		if n := ahead(); n != maxAhead {
			t.Errorf("%d bytes read ahead after that, want %d", n, maxAhead)
		}
		close(p.raw)
		if got := len(<-p.keys); got != maxAhead {
			t.Errorf("the loop received %d bytes, want %d", got, maxAhead)
		}
		if keys := <-p.keys; keys != nil {
			t.Errorf("at the end of the input: %d bytes, want nil", len(keys))
		}
		close(done)
	})
}

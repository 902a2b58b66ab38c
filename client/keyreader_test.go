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

// TestKeysStayInOrder sends a key while the loop waits for keys and an older one is on its
// way through pass.
func TestKeysStayInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, done := newKeyReader(func(int64) {}), make(chan struct{})
		var got []byte
		go func() {
			p.send([]byte("a"), done) // the loop does not wait yet
			p.send([]byte("b"), done)
			p.send([]byte("c"), done)
		}()
		synctest.Wait()
		go func() {
			for len(got) < 4 {
				got = append(got, <-p.keys...)
			}
		}()
		synctest.Wait()
		go p.pass(done)
		synctest.Wait()
		p.send([]byte("d"), done)
		synctest.Wait()
		if string(got) != "abcd" {
			t.Errorf("the loop received %q", got)
		}
		if n := p.passed.Load(); n != 0 {
			t.Errorf("%d bytes count as passed, want 0", n)
		}
		close(done)
	})
}

// TestKeyOvertakesNone sends a key while an older one is on its way to pass.
func TestKeyOvertakesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, done := newKeyReader(func(int64) {}), make(chan struct{})
		go p.send([]byte("a"), done)
		synctest.Wait()
		first := make(chan []byte, 1)
		go func() { first <- <-p.keys }()
		synctest.Wait()
		go p.send([]byte("b"), done)
		synctest.Wait()
		if len(first) != 0 {
			t.Errorf("%q comes first", <-first)
		} else {
			go p.pass(done)
			<-first
		}
		close(done)
	})
}

package session

import (
	"bytes"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
	"gm/wire/state"
)

// FuzzCursorKeys translates keys in two splits: the same comes out, at most one
// byte longer or shorter than what went in.
func FuzzCursorKeys(f *testing.F) {
	f.Add([]byte("a\x1bOA\x1bOx\x1b\x1bOD\x1bO"), 3, false)
	f.Add([]byte("\x1bOB"), 1, true)
	f.Fuzz(func(t *testing.T, keys []byte, at int, application bool) {
		at = min(max(at, 0), len(keys))
		var whole, split cursorKeyTranslator
		want := whole.flush(whole.translate(nil, keys, application))
		got := split.translate(nil, keys[:at], application)
		got = split.flush(split.translate(got, keys[at:], application))
		if !bytes.Equal(got, want) || len(want) != len(keys) {
			t.Errorf("%q at %d: %q and %q", keys, at, got, want)
		}
	})
}

// FuzzInputQueue puts input, writes some of it, and drops what waits: the bytes
// come in order, each once, and states are done in order.
func FuzzInputQueue(f *testing.F) {
	f.Add([]byte("abc\x03def"), []byte{3, 1, 0, 200})
	f.Add(bytes.Repeat([]byte("x"), 6000), []byte{255, 255, 7, 0})
	f.Fuzz(func(t *testing.T, keys, steps []byte) {
		var q inputQueue
		var put, got []byte
		last := uint64(0)
		for i, step := range steps {
			switch step % 4 {
			case 0, 1:
				q.append(oneClient, uint64(i+1), keys)
				put = append(put, keys...)
			case 2:
				if chunk := q.next(); len(chunk) > 0 {
					n := min(int(step), len(chunk))
					got = append(got, chunk[:n]...)
					q.wrote(n)
				}
			case 3:
				q.dropWaiting()
				put = append(put[:0], got...)
			}
			if num := takeState(&q); num > 0 {
				if num <= last {
					t.Fatalf("state %d after %d", num, last)
				}
				last = num
			}
		}
		got = append(got, drain(&q, 1000)...)
		if !bytes.Equal(got, put) {
			t.Errorf("%q, want %q", got, put)
		}
	})
}

// FuzzSession sends a session the instructions of a client with the key. The input is
// cut into instructions of two numbers and a diff, with half a second after each.
func FuzzSession(f *testing.F) {
	keys := state.User{}.WithSize(100, 30).WithKeys([]byte("ls\r\x1bOA")).AppendDiff(nil, state.User{})
	one := append([]byte{0, 1, byte(len(keys))}, keys...)
	f.Add(one)
	f.Add(append(append(one, 0, 2, 0), 2, 255, 0))
	f.Add(append(one, 1, 3, 3, 0xff, 0, 1))
	f.Fuzz(func(t *testing.T, input []byte) {
		r := newRig(t, Timeouts{}, simnet.Config{})
		r.cut, r.host.echo = true, true
		a := newAttacker(t, r)
		for n := 0; len(input) > 3 && !r.session.finished && n < 30; n++ {
			size := min(int(input[2]), len(input)-3)
			newNum := uint64(input[1])
			if newNum == 255 {
				newNum = 1<<64 - 1
			}
			a.throwaway = uint64(input[0])
			a.send(uint64(input[0]), newNum, input[3:3+size])
			input = input[3+size:]
			r.Run(500 * time.Millisecond)
		}
		if cols, rows := r.session.size(); cols > vt.MaxCols || rows > vt.MaxRows {
			t.Errorf("%dx%d", cols, rows)
		}
	})
}

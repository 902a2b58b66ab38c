package server

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
	"gm/wire/state"
)

// FuzzOptions reads command lines, a word a line.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{
		"new\n-s\n-c\n256\n-l\nLANG=C\n-p\n60001:60010\n--\nsh", "new\n-sv\n-c256", "1.2.3.4\n60001", "new\n-@\ngm=screen,appearance", "-h", "new\n-p", "new\n-i\n::1\nword",
	} {
		f.Add(s, "1.2.3.4 5 6.7.8.9 22")
	}
	f.Fuzz(func(t *testing.T, line, connection string) {
		o, err := parseOptions(strings.Split(line, "\n"), func(string) string { return connection })
		if err == nil && o.ports.Low > o.ports.High {
			t.Errorf("%q has the ports %v", line, o.ports)
		}
		if len(o.warnings) > len(line)+1 {
			t.Errorf("%d warnings for %d bytes", len(o.warnings), len(line))
		}
		o.dialect()
		withUTF8([]string{"LANG=C", line}, o.locale)
	})
}

// FuzzArrows translates keys in two splits: the same comes out, at most one
// byte longer or shorter than what went in.
func FuzzArrows(f *testing.F) {
	f.Add([]byte("a\x1bOA\x1bOx\x1b\x1bOD\x1bO"), 3, false)
	f.Add([]byte("\x1bOB"), 1, true)
	f.Fuzz(func(t *testing.T, keys []byte, at int, application bool) {
		at = min(max(at, 0), len(keys))
		var whole, split arrows
		want := whole.flush(whole.translate(nil, keys, application))
		got := split.translate(nil, keys[:at], application)
		got = split.flush(split.translate(got, keys[at:], application))
		if !bytes.Equal(got, want) || len(want) != len(keys) {
			t.Errorf("%q at %d: %q and %q", keys, at, got, want)
		}
	})
}

// FuzzInputQueue puts keys that the program does not read.
func FuzzInputQueue(f *testing.F) {
	f.Add([]byte("abc\x03def"), 1000)
	f.Add([]byte("\x1a"), 300_000)
	f.Fuzz(func(t *testing.T, keys []byte, times int) {
		q := newInputQueue()
		for num := range min(max(times, 1), 1000) {
			q.put(uint64(num), keys)
		}
		b := <-q
		if len(b.keys) > inputLimit {
			t.Errorf("%d bytes wait", len(b.keys))
		}
	})
}

// FuzzSession gives a session whatever a client with the key can send: the
// input is cut into instructions of two numbers and a diff, and half a second
// passes after each.
func FuzzSession(f *testing.F) {
	keys := state.User{}.WithSize(100, 30).WithKeys([]byte("ls\r\x1bOA")).AppendDiff(nil, state.User{})
	one := append([]byte{0, 1, byte(len(keys))}, keys...)
	f.Add(one)
	f.Add(append(append(one, 0, 2, 0), 2, 255, 0))
	f.Add(append(one, 1, 3, 3, 0xff, 0, 1))
	f.Fuzz(func(t *testing.T, input []byte) {
		r := newRig(t, timeouts{}, simnet.Config{})
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
			r.run(500 * time.Millisecond)
		}
		if cols, rows := r.session.size(); cols > vt.MaxCols || rows > vt.MaxRows {
			t.Errorf("%dx%d", cols, rows)
		}
	})
}

package predict

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/creack/pty"
)

// Random keys have the same echo from a pty and from a canonicalLine. There are no
// signals and no end of file among them, because the next line's column is then
// known from the screen only.
func TestCanonicalLineMatchesLinux(t *testing.T) {
	keys := []string{"a", "b", "_", "1", " ", ",", "-", "é", "漢", "e\u0301", "\u05d0", "\t", "\x01", "\b",
		"\x7f", "\x7f", "\x7f", "\x17", "\x15", "\x16", "\x12", "\r"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		master, tty := utf8Terminal(t)
		echoed := make(chan []byte)
		go readAll(master, echoed)
		d := linuxLines()
		var line canonicalLine
		var typed, want, got []byte
		for range 150 {
			key := keys[random.IntN(len(keys))]
			typed = append(typed, key...)
			want, _ = line.keys(want, &d, []byte(key))
			master.WriteString(key)
		}
		want, _ = line.keys(want, &d, []byte("\x16\x16\rend"))
		master.WriteString("\x16\x16\rend")
		timeout := time.After(time.Minute)
		for len(got) < len(want) {
			select {
			case b := <-echoed:
				got = append(got, b...)
			case <-timeout:
				t.Fatalf("echo of %q: %q, want %q", typed, got, want)
			}
		}
		if string(got) != string(want) {
			t.Errorf("echo of %q:\n%q, want\n%q", typed, got, want)
		}
		tty.Close()
		master.Close()
		for range echoed {
		}
	}
}

// readAll sends everything read from a file, until an error closes the channel.
func readAll(from *os.File, to chan<- []byte) {
	defer close(to)
	for {
		buf := make([]byte, 4096)
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		to <- buf[:n]
	}
}

// utf8Terminal opens a pty with IUTF8.
func utf8Terminal(t *testing.T) (master, tty *os.File) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	termios, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	termios.Iflag |= unix.IUTF8
	if err := unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, termios); err != nil {
		t.Fatal(err)
	}
	return master, tty
}

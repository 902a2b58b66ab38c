package session

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

func TestProgramStartsWithTheClient(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{})
	r.host.greeting = "welcome\r\n"
	r.cut = true
	r.Run(10 * time.Second)
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 2000 {
		junk := make([]byte, n)
		for i := range junk {
			junk[i] = byte(rng.Uint32())
		}
		r.session.Receive(r.Now, junk, datagram.Path{Local: serverAddr, Remote: clientAddr}, false)
	}
	r.Settle()
	if len(r.host.started) > 0 || len(r.host.sent) > 0 || len(r.host.clients) > 0 {
		t.Fatal("strangers have started something")
	}
	r.cut = false
	r.resize(100, 30)
	r.typeKeys("early")
	r.WaitFor(time.Second, "no program", func() bool { return len(r.host.started) == 1 })
	if got := r.host.started[0]; got != [2]int{100, 30} {
		t.Errorf("the program starts at %v, want the client's size", got)
	}
	r.WaitFor(time.Second, "no greeting", func() bool { return r.shown() == "welcome" })
	if string(r.host.typed) != "early" {
		t.Errorf("typed %q", r.host.typed)
	}
}

func TestEcho(t *testing.T) {
	r := connected(t)
	r.host.echo = true
	r.typeKeys("hi")
	typed := r.Now
	r.WaitFor(time.Second, "no echo", func() bool { return r.shown() == "hi" })
	if took := r.Now.Sub(typed); took > 60*time.Millisecond {
		t.Errorf("an echo took %v over 10 ms of network", took)
	}
	num := r.client.Sent()
	r.WaitFor(time.Second, "no echo ack", func() bool {
		remote, _ := r.client.Remote()
		return remote.EchoAck == num
	})
	if took := r.Now.Sub(typed); took < 50*time.Millisecond || took > 120*time.Millisecond {
		t.Errorf("the echo ack took %v", took)
	}
}

// A client whose terminal is in the program's modes gets no key translated.
func TestKeysAsTyped(t *testing.T) {
	r := connected(t)
	const keys = "\x1bOA\x1b[B\x1bOH"
	for _, mode := range []string{"", "\x1b[?1h"} {
		r.host.typed = nil
		r.write(mode)
		r.typeKeys(keys)
		r.Run(time.Second)
		if got := string(r.host.typed); got != keys {
			t.Errorf("after %q the program read %q", mode, got)
		}
	}
}

func TestCursorKeys(t *testing.T) {
	r := connected(t)
	r.attachment.dialect = vt.Stock()
	r.typeKeys("\x1bOA")
	r.Run(time.Second)
	r.write("\x1b[?1h")
	r.typeKeys("\x1bOB")
	r.Run(time.Second)
	r.write("\x1b[?1l")
	r.typeKeys("\x1b")
	r.Run(time.Second)
	r.typeKeys("O")
	r.Run(time.Second)
	if got, want := string(r.host.typed), "\x1b[A\x1bOB\x1bO"; got != want {
		t.Errorf("the program read %q, want %q", got, want)
	}
}

func TestTerminalAnswers(t *testing.T) {
	r := connected(t)
	r.write("\x1b[5n")
	if got := string(r.host.typed); got != "\x1b[0n" {
		t.Errorf("the program read %q", got)
	}
}

func TestResize(t *testing.T) {
	r := connected(t)
	for cols := range 1000 {
		r.resize(10+cols, 10)
	}
	r.resize(0, 1<<20)
	r.resize(120, 40)
	r.Run(time.Second)
	if len(r.host.resizes) != 1 || r.host.resizes[0] != [2]int{120, 40} {
		t.Errorf("resizes %v, want the last alone", r.host.resizes)
	}
	remote, _ := r.client.Remote()
	if cols, rows := remote.Screen.Size(); cols != 120 || rows != 40 {
		t.Errorf("the client has %dx%d", cols, rows)
	}
}

func TestProgramCannotStart(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 20 * time.Millisecond})
	r.host.greeting = "welcome\r\n"
	r.host.failure = errors.New(`run "nonexist": no such file`)
	r.WaitFor(time.Second, "not tried", func() bool { return len(r.host.started) == 1 })
	r.resize(70, 20)
	r.WaitFor(time.Second, "the session goes on", func() bool { return r.session.finished })
	r.Run(time.Second)
	if len(r.host.resizes) > 0 {
		t.Error("resized what is not there")
	}
	if got := r.shown(); got != "welcome\ngm: run \"nonexist\": no such file" {
		t.Errorf("the user reads %q", got)
	}
	if !r.client.Closed() {
		t.Error("the client goes on")
	}
}

func TestClientEnds(t *testing.T) {
	r := connected(t)
	r.client.Shutdown(r.Now)
	r.WaitFor(time.Second, "the server goes on", func() bool { return r.session.finished })
	r.WaitFor(time.Second, "no acknowledgement", r.client.Closed)
}

func TestBadNetwork(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{
		Delay: 50 * time.Millisecond, Jitter: 20 * time.Millisecond, Loss: 0.3, Duplicate: 0.1, Reorder: 0.2,
	})
	r.resize(80, 24)
	r.host.echo = true
	var want strings.Builder
	for i := range 200 {
		key := string(rune('a' + i%26))
		want.WriteString(key)
		r.typeKeys(key)
		r.Run(70 * time.Millisecond)
	}
	r.WaitFor(20*time.Second, "the echo is not complete", func() bool {
		return strings.ReplaceAll(r.shown(), "\n", "") == want.String()
	})
	if got := string(r.host.typed); got != want.String() {
		t.Errorf("the program read %q", got)
	}
	r.session.Exited(r.Now, 0)
	r.session.OutputEnded(r.Now)
	r.WaitFor(15*time.Second, "no end", func() bool { return r.session.finished })
}

//go:build unix

package registry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gm/wire/control"
	"gm/wire/datagram"
)

// serve begins a session with a handler.
func serve(t *testing.T, handler Handler) *Listener {
	t.Helper()
	l, err := newRegistry(t).Listen("work", handler, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestCall(t *testing.T) {
	seat := &control.Seat{Port: 60001, Key: datagram.Key{1, 2, 3}, Extensions: []string{"screen"}}
	requests := make(chan control.Request, 1)
	l := serve(t, func(r control.Request) control.Response {
		requests <- r
		return control.Response{Seat: seat}
	})
	got, err := Call(soon(t), l.Path(), control.Request{Verb: control.VerbAttach, By: "a@b", Attach: &control.AttachRequest{Role: control.Share}})
	if err != nil || got.Seat == nil || got.Seat.Port != 60001 || got.Seat.Key != (datagram.Key{1, 2, 3}) {
		t.Errorf("%+v, %v", got, err)
	}
	if r := <-requests; r.Verb != control.VerbAttach || r.By != "a@b" || r.Attach.Role != control.Share || r.Version != control.Version {
		t.Errorf("%+v", r)
	}
	path := l.Path()
	l.Close()
	if seat.Key != (datagram.Key{}) {
		t.Error("the session still has the key")
	}
	if _, err := Call(soon(t), path, control.Request{Verb: control.VerbStatus}); !errors.Is(err, ErrNoSession) {
		t.Errorf("a call after the end: %v", err)
	}
}

// raw sends bytes to the session and returns the answer up to its end.
func raw(t *testing.T, l *Listener, request []byte) []byte {
	t.Helper()
	conn, err := net.Dial("unix", l.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(deadline))
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	conn.(*net.UnixConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestServeBadRequests(t *testing.T) {
	l := serve(t, func(r control.Request) control.Response { return control.UnknownVerb(r.Verb) })
	for name, c := range map[string]struct{ request, want string }{
		"nothing":      {"", ""},
		"part":         {"\x00\x00\x00\x09\x08", ""},
		"too large":    {"\xff\xff\xff\xff", ""},
		"malformed":    {"\x00\x00\x00\x01\x80", "malformed message"},
		"no version":   {"\x00\x00\x00\x00", "without a version"},
		"unknown verb": {"\x00\x00\x00\x05\x08\x63\x12\x01x", `does not know "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			answer := raw(t, l, []byte(c.request))
			if c.want == "" {
				if len(answer) > 0 {
					t.Errorf("answer %q", answer)
				}
				return
			}
			r := bytes.NewReader(answer)
			message, err := control.ReadFrame(r)
			if err != nil || r.Len() > 0 {
				t.Fatalf("answer %q, %v", answer, err)
			}
			if response, err := control.ParseResponse(message); err != nil || !strings.Contains(response.Error, c.want) {
				t.Errorf("%+v, %v, want %q", response, err, c.want)
			}
		})
	}
}

// A connection whose peer is silent ends after requestTimeout, and others do not wait.
func TestServeSilentPeer(t *testing.T) {
	t.Parallel()
	l := serve(t, answerAs("work", func() string { return "1-00000000-00000000" }))
	silent, err := net.Dial("unix", l.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	start := time.Now()
	if _, err := Call(soon(t), l.Path(), control.Request{Verb: control.VerbStatus}); err != nil || time.Since(start) > requestTimeout/2 {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	silent.SetDeadline(time.Now().Add(deadline))
	if answer, err := io.ReadAll(silent); len(answer) > 0 || err != nil || time.Since(start) < requestTimeout {
		t.Errorf("%q, %v after %v", answer, err, time.Since(start))
	}
}

// At most maxConnections requests are served at the same time. The others wait.
func TestServeLimit(t *testing.T) {
	const calls = 3 * maxConnections
	entered, leave := make(chan struct{}, calls), make(chan struct{})
	l := serve(t, func(control.Request) control.Response {
		entered <- struct{}{}
		<-leave
		return control.Response{}
	})
	var wait sync.WaitGroup
	ctx := soon(t)
	for range calls {
		wait.Go(func() {
			if _, err := Call(ctx, l.Path(), control.Request{Verb: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	for range maxConnections {
		<-entered
	}
	select {
	case <-entered:
		t.Errorf("more than %d are served", maxConnections)
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	wait.Wait()
}

// The caller of kill waits until the session has ended.
func TestKillWaitsForEnd(t *testing.T) {
	l := serve(t, func(control.Request) control.Response { return control.Response{Hint: "ends"} })
	type result struct {
		response control.Response
		err      error
	}
	done, path, ctx := make(chan result, 1), l.Path(), soon(t)
	go func() {
		response, err := Call(ctx, path, control.Request{Verb: control.VerbKill})
		done <- result{response, err}
	}()
	select {
	case r := <-done:
		t.Fatalf("%+v before the end", r)
	case <-time.After(100 * time.Millisecond):
	}
	l.Close()
	if r := <-done; r.err != nil || r.response.Hint != "ends" {
		t.Errorf("%+v", r)
	}
}

func TestKillThatFails(t *testing.T) {
	l := serve(t, func(control.Request) control.Response { return control.Response{Error: "no"} })
	if r, err := Call(soon(t), l.Path(), control.Request{Verb: control.VerbKill}); err != nil || r.Error != "no" {
		t.Errorf("%+v, %v", r, err)
	}
}

// The waiting for a session that does not end is bounded.
func TestKillEndsWithContext(t *testing.T) {
	l := serve(t, func(control.Request) control.Response { return control.Response{Hint: "ends"} })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r, err := Call(ctx, l.Path(), control.Request{Verb: control.VerbKill})
	if !errors.Is(err, ErrNoAnswer) || r.Hint != "ends" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCallEndsWithContext(t *testing.T) {
	path := hang(t, newRegistry(t), "hung")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Call(ctx, path, control.Request{Verb: control.VerbStatus}); !errors.Is(err, ErrNoAnswer) {
		t.Error(err)
	}
}

// Close does not wait for a peer that sends nothing.
func TestCloseWithSilentPeer(t *testing.T) {
	l := serve(t, nil)
	for range maxConnections + 1 {
		conn, err := net.Dial("unix", l.Path())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	start := time.Now()
	l.Close()
	if took := time.Since(start); took > requestTimeout/2 {
		t.Errorf("took %v", took)
	}
}

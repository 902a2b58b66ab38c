//go:build e2e && linux

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// judgeStreams wants a figure of every streamer, and no failed run.
func judgeStreams(t *testing.T, dir string) {
	r := result[streaming](t, dir, "streams")
	for _, l := range r.Links {
		if len(l.Downloads) != len(streamers) {
			t.Errorf("%s: %d streamers", l.Link, len(l.Downloads))
		}
		for _, d := range l.Downloads {
			judgeRuns(t, d.Program+d.Congestion+" over "+l.Link, d.Rate, little.streamRuns)
			if rate := d.Rate.Values; len(rate) > 0 && rate[0] > 12.5 { // MB/s that 100 Mbit/s are
				t.Errorf("%s: %v MB/s", d.Program, rate)
			}
		}
	}
	for _, u := range r.Upload.Uploads {
		if u.Failed != "" || len(u.Took) != little.uploadKeys || u.Rate < 0.1 || u.Rate > 1.25 {
			t.Errorf("%+v", u)
		}
	}
	for _, p := range r.Pours {
		judgeRuns(t, p.Program+": rate", p.Rate, little.streamRuns)
		judgeRuns(t, p.Program+": processor time", p.CPU, little.streamRuns)
	}
	for _, f := range r.Firsts {
		judgeRuns(t, f.Program+" "+f.Command+" "+f.Place, f.Took, little.streamFirsts)
	}
	if len(r.Links) != 1 || len(r.Upload.Uploads) != len(streamers) || len(r.Pours) != 2 || len(r.Firsts) != 8 {
		t.Errorf("%+v", r)
	}
}

func judgeRuns(t *testing.T, what string, r runs, want int) {
	t.Helper()
	if len(r.Values) != want || len(r.Failed) > 0 {
		t.Errorf("%s: %+v, want %d", what, r, want)
	}
	for _, v := range r.Values {
		if v <= 0 {
			t.Errorf("%s: %v", what, v)
		}
	}
}

// A connection has the congestion control of its listener, and another at the side that
// dials.
func TestCongestionOfConnections(t *testing.T) {
	for _, name := range []string{"cubic", "bbr", "reno"} {
		t.Run(name, func(t *testing.T) {
			config := net.ListenConfig{Control: setCongestion(name)}
			l, err := config.Listen(context.Background(), "tcp4", "127.0.0.1:0")
			if errors.Is(err, unix.ENOENT) {
				return // the kernel has none
			}
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			dialer := net.Dialer{Control: setCongestion("reno")}
			out, err := dialer.Dial("tcp4", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			in, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if got := congestionOf(t, in); got != name {
				t.Errorf("accepted with %s", got)
			}
			if got := congestionOf(t, out); got != "reno" {
				t.Errorf("dialled with %s", got)
			}
		})
	}
}

func congestionOf(t *testing.T, conn net.Conn) (name string) {
	t.Helper()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		name, failed = unix.GetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION)
	})
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	return name
}

// A download that fails is an error of its run, and the others have their results.
func TestFailedDownload(t *testing.T) {
	b := &bench{effort: little, log: io.Discard}
	close, err := b.prepare("")
	if err != nil {
		t.Fatal(err)
	}
	defer close()
	s, err := b.newSite(true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	var r runs
	r.add(s.download(s.streamCommand(streamer{Program: "ssh"}, "exit", "3")))
	r.add(s.download(s.streamCommand(streamer{Program: "ssh"}, "head", "-c", "300000", "/dev/zero")))
	if len(r.Failed) != 1 || len(r.Values) != 1 || r.cell().text != round(r.Values[0])+" (1 of 2 failed)" {
		t.Errorf("%+v", r)
	}
}

package sshexec

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
	"gm/sshboot/sshboottest"
)

// serve returns a client of a server that handles the first channel with handle.
func serve(t *testing.T, handle func(ssh.NewChannel)) *ssh.Client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	config := sshboottest.NoLogin()
	config.AddHostKey(sshboottest.NewSigner(t))
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, channels, requests, err := ssh.NewServerConn(conn, &config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for c := range channels {
			handle(c)
		}
	}()
	client, err := ssh.Dial("tcp", l.Addr().String(), &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// program serves a channel whose program is run once it has been requested. The requests
// before are sent to seen.
func program(seen chan<- string, run func(ssh.Channel)) func(ssh.NewChannel) {
	return func(c ssh.NewChannel) {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		for r := range requests {
			text := r.Type + " " + strings.Map(printable, string(r.Payload))
			select {
			case seen <- text:
			default:
			}
			r.Reply(true, nil)
			switch r.Type {
			case "exec", "shell", "subsystem":
				go func() {
					for r := range requests {
						seen <- r.Type
					}
				}()
				run(channel)
				channel.Close()
				return
			}
		}
	}
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

func exitWith(channel ssh.Channel, status uint32) {
	channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
}

func TestRun(t *testing.T) {
	seen := make(chan string, 10)
	client := serve(t, program(seen, func(c ssh.Channel) {
		text, _ := io.ReadAll(c)
		c.Write(bytes.ToUpper(text))
		c.Stderr().Write([]byte("error"))
		exitWith(c, 7)
	}))
	var out, errs bytes.Buffer
	p := Program{Host: "h", Command: "c d", Env: []string{"A=1"}, Terminal: &Terminal{Term: "xterm", Rows: 24, Cols: 80}, Streams: Streams{strings.NewReader("text"), &out, &errs}}
	status, err := Run(t.Context(), client, p)
	if status != 7 || err != nil || out.String() != "TEXT" || errs.String() != "error" {
		t.Errorf("status %d, %v, out %q, err %q", status, err, out.String(), errs.String())
	}
	for _, want := range []string{"env A1", "pty-req xtermP", "exec c d"} {
		if got := <-seen; got != want {
			t.Errorf("request %q, want %q", got, want)
		}
	}
}

func TestKindOfProgram(t *testing.T) {
	for want, p := range map[string]Program{
		"exec c": {Command: "c"}, "shell ": {}, "subsystem sftp": {Command: "sftp", Subsystem: true},
	} {
		t.Run(want, func(t *testing.T) {
			seen := make(chan string, 10)
			client := serve(t, program(seen, func(c ssh.Channel) { exitWith(c, 0) }))
			p.Streams = Streams{Out: io.Discard, Err: io.Discard}
			if status, err := Run(t.Context(), client, p); status != 0 || err != nil {
				t.Errorf("status %d, %v", status, err)
			}
			if got := <-seen; got != want {
				t.Errorf("request %q", got)
			}
		})
	}
}

func TestEndsOfPrograms(t *testing.T) {
	const lost = "Connection to h closed by remote host."
	for _, c := range []struct {
		name   string
		end    func(ssh.Channel)
		status int
		err    string
	}{
		{"255", func(c ssh.Channel) { exitWith(c, 255) }, 255, ""},
		{"more than a byte", func(c ssh.Channel) { exitWith(c, 0x10003) }, 3, ""},
		{"signal", func(c ssh.Channel) { c.SendRequest("exit-signal", false, nil) }, 255, ""},
		{"no status", func(ssh.Channel) {}, 255, lost},
		{"short status", func(c ssh.Channel) { c.SendRequest("exit-status", false, []byte{0, 0, 1}) }, 255, lost},
		{"other requests", func(c ssh.Channel) {
			c.SendRequest("keepalive@openssh.com", true, nil)
			c.SendRequest("xon-xoff", false, nil)
			exitWith(c, 2)
		}, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := serve(t, program(make(chan string, 10), c.end))
			status, err := Run(t.Context(), client, Program{Host: "h", Command: "c", Streams: Streams{Out: io.Discard, Err: io.Discard}})
			if status != c.status || (err == nil) != (c.err == "") || err != nil && (err.Error() != c.err || !IsMessage(err)) {
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	refuse := func(kind string) func(ssh.NewChannel) {
		return func(c ssh.NewChannel) {
			channel, requests, err := c.Accept()
			if err != nil {
				return
			}
			for r := range requests {
				r.Reply(r.Type != kind, nil)
			}
			channel.Close()
		}
	}
	for _, c := range []struct {
		name   string
		handle func(ssh.NewChannel)
		p      Program
		want   string
	}{
		{"channel", func(c ssh.NewChannel) { c.Reject(ssh.Prohibited, "no \x1b[31m") }, Program{}, "channel 0: open failed: administratively prohibited: no ?[31m"},
		{"exec", refuse("exec"), Program{Command: "c"}, "exec request failed on channel 0"},
		{"shell", refuse("shell"), Program{}, "shell request failed on channel 0"},
		{"subsystem", refuse("subsystem"), Program{Command: "c", Subsystem: true}, "subsystem request failed on channel 0"},
		{"terminal", refuse("pty-req"), Program{Terminal: &Terminal{}}, "PTY allocation request failed on channel 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.Streams = Streams{Out: io.Discard, Err: io.Discard}
			status, err := Run(t.Context(), serve(t, c.handle), c.p)
			if status != Failed || err == nil || err.Error() != c.want {
				t.Errorf("status %d, %v, want %s", status, err, c.want)
			}
		})
	}
}

// broken is a stream that nothing reads any more.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// The host learns that its output is not read, and a program that goes on writing ends with
// its own status.
func TestOutputThatIsNotRead(t *testing.T) {
	seen := make(chan string, 10)
	client := serve(t, program(seen, func(c ssh.Channel) {
		c.Write(make([]byte, 4<<20)) // more than the channel's window
		exitWith(c, 3)
	}))
	status, err := Run(t.Context(), client, Program{Command: "c", Streams: Streams{Out: broken{}, Err: io.Discard}})
	if status != 3 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	<-seen // exec
	if got := <-seen; got != "eow@openssh.com" {
		t.Errorf("request %q", got)
	}
}

// The end of the context ends a program whose input does not.
func TestCancelledProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := serve(t, program(make(chan string, 10), func(c ssh.Channel) {
		c.Write([]byte("begun"))
		io.Copy(io.Discard, c)
	}))
	in, _ := io.Pipe()
	status, err := Run(ctx, client, Program{Command: "c", Streams: Streams{in, cancelling(cancel), io.Discard}})
	if status != Failed || !errors.Is(err, context.Canceled) {
		t.Errorf("status %d, %v", status, err)
	}
}

// cancelling is a stream that cancels a context when it is written to.
type cancelling func()

func (c cancelling) Write(b []byte) (int, error) { c(); return len(b), nil }

func TestConnect(t *testing.T) {
	client := serve(t, func(c ssh.NewChannel) {
		if c.ChannelType() != "direct-tcpip" {
			c.Reject(ssh.ConnectionFailed, "Connection refused")
			return
		}
		target := strings.Map(printable, string(c.ExtraData()))
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		text, _ := io.ReadAll(channel)
		channel.Write([]byte(target + " heard " + string(text)))
		channel.Close()
	})
	var out bytes.Buffer
	if err := Connect(t.Context(), client, forward.Address{Host: "::1", Port: 80}, Streams{In: strings.NewReader("it"), Out: &out}); err != nil || out.String() != "::1P127.0.0.1 heard it" {
		t.Errorf("%v, %q", err, out.String())
	}
	err := Connect(t.Context(), client, forward.Address{Path: "/run/x"}, Streams{Out: io.Discard})
	if want := "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

//go:build unix

package forwarding

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/wire/stream"
)

// serveAgent serves an agent with one key, and returns its socket and the public key.
func serveAgent(t *testing.T, comment string) (socket string, public ssh.PublicKey) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys := agent.NewKeyring()
	if err := keys.Add(agent.AddedKey{PrivateKey: private, Comment: comment}); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	socket = filepath.Join(t.TempDir(), "a")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				agent.ServeAgent(keys, conn)
			}()
		}
	}()
	return socket, signer.PublicKey()
}

// TestConfirmAgent signs by a forwarded agent. The user is asked for each signature, and for
// nothing else.
func TestConfirmAgent(t *testing.T) {
	for comment, permit := range map[string]bool{"me@here": true, "": false} {
		t.Run(comment, func(t *testing.T) {
			socket, public := serveAgent(t, comment)
			name := comment
			if name == "" {
				name = ssh.FingerprintSHA256(public)
			}
			var asked []string
			f := &Forwarding{cfg: Config{ConfirmAgent: true, Confirm: func(_ context.Context, key string) bool {
				asked = append(asked, key)
				return permit
			}}}
			conn, err := dialAgent(socket, f.confirmAgent(socket))(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			host := agent.NewClient(conn.(io.ReadWriter))
			for i := range 3 {
				if keys, err := host.List(); err != nil || len(keys) != 1 || len(asked) != i {
					t.Fatalf("%d keys, %v; asked %q", len(keys), err, asked)
				}
				signature, err := host.Sign(public, []byte("data"))
				if (err == nil) != permit || permit && public.Verify([]byte("data"), signature) != nil {
					t.Errorf("permitted %t: %v", permit, err)
				}
			}
			if got, want := strings.Join(asked, ","), strings.Join([]string{name, name, name}, ","); got != want {
				t.Errorf("asked for %s, want %s", got, want)
			}
		})
	}
}

// TestQuestions answers questions in the loop, lets one expire and closes a connection that
// waits for one.
func TestQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		streams := stream.New(time.Now(), stream.Config{})
		f := New(streams, Config{}, func(run func()) { go run() }, func(string) {})
		defer f.Mux.Close()
		ctx, cancel := context.WithCancel(t.Context())
		answers := make(chan bool, 4)
		ask := func(ctx context.Context, key string) {
			go func() { answers <- f.confirm(ctx, key) }()
			synctest.Wait()
			f.Service(time.Now())
		}
		ask(ctx, "first")
		ask(ctx, "second")
		for _, want := range []struct {
			key    string
			permit bool
		}{{"first", true}, {"second", false}} {
			if got := f.Question(); got != want.key {
				t.Errorf("the question is %q, want %q", got, want.key)
			}
			f.Answer(want.permit)
			if got := <-answers; got != want.permit {
				t.Errorf("%s: %t", want.key, got)
			}
		}
		f.Answer(true) // nothing is asked
		began := time.Now()
		ask(ctx, "third")
		if <-answers || time.Since(began) != confirmFor {
			t.Errorf("an answer after %v", time.Since(began))
		}
		ask(ctx, "fourth")
		cancel()
		if <-answers {
			t.Error("permitted at the end of the connection")
		}
		synctest.Wait()
		if f.Service(time.Now()); f.Question() != "" {
			t.Errorf("%q is left", f.Question())
		}
	})
}

// TestClosedAgentEndsQuestion closes a connection while its question waits.
func TestClosedAgentEndsQuestion(t *testing.T) {
	socket, public := serveAgent(t, "me@here")
	asked, ended := make(chan struct{}), make(chan error, 1)
	conn, err := dialAgent(socket, func(ctx context.Context, _ []byte) bool {
		close(asked)
		<-ctx.Done()
		return false
	})(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := agent.NewClient(conn.(io.ReadWriter)).Sign(public, []byte("data"))
		ended <- err
	}()
	<-asked
	conn.Close()
	if err := <-ended; err == nil || errors.Is(err, io.ErrShortWrite) {
		t.Errorf("signed: %v", err)
	}
}

func TestRequestedKey(t *testing.T) {
	for request, want := range map[string]string{
		"\x0d\x00\x00\x00\x03key\x00": "key", "\x0d": "", "\x0d\x00\x00\x00\x09key": "", "\x0d\xff\xff\xff\xffkey": "", "\x0d\x00\x00\x00\x00": "",
	} {
		if got := string(requestedKey([]byte(request))); got != want {
			t.Errorf("%q: %q, want %q", request, got, want)
		}
	}
}

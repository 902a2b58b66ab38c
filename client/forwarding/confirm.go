package forwarding

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/internal/sanitize"
)

// confirmFor is how long a question about the agent waits for its answer, which is no then.
const confirmFor = 30 * time.Second

// question asks the user whether a key of the agent may be used.
type question struct {
	key    string
	answer chan bool
}

// Question returns the key of the oldest question that the user has not answered: whether the
// host may use that key of the agent. It is empty without one.
func (f *Forwarding) Question() string {
	if len(f.questions) == 0 {
		return ""
	}
	return f.questions[0].key
}

// Answer answers the question that Question has returned.
func (f *Forwarding) Answer(permit bool) {
	if len(f.questions) > 0 {
		f.questions[0].answer <- permit
		f.questions = f.questions[1:]
	}
}

// confirm reports whether the user permits the use of a key. It waits for the answer, in any
// goroutine but the loop's.
func (f *Forwarding) confirm(ctx context.Context, key string) bool {
	ctx, cancel := context.WithTimeout(ctx, confirmFor)
	defer cancel()
	if f.cfg.Confirm != nil {
		return f.cfg.Confirm(ctx, key)
	}
	q := &question{key, make(chan bool, 1)}
	if !f.Mux.Post(func() { f.questions = append(f.questions, q) }) {
		return false
	}
	select {
	case permit := <-q.answer:
		return permit
	case <-ctx.Done():
		f.Mux.Post(func() {
			f.questions = slices.DeleteFunc(f.questions, func(other *question) bool { return other == q })
		})
		return false
	}
}

// confirmAgent returns a function that reports whether the user permits a request for a
// signature; nil if all are permitted.
func (f *Forwarding) confirmAgent(socket string) func(ctx context.Context, request []byte) bool {
	if !f.cfg.ConfirmAgent {
		return nil
	}
	return func(ctx context.Context, request []byte) bool {
		return f.confirm(ctx, keyName(ctx, socket, requestedKey(request)))
	}
}

// requestedKey returns the public key in a request for a signature (RFC 9987, 3.6); nil if it
// is malformed.
func requestedKey(request []byte) []byte {
	if len(request) < 5 {
		return nil
	}
	n, rest := binary.BigEndian.Uint32(request[1:]), request[5:]
	if uint32(len(rest)) < n {
		return nil
	}
	return rest[:n]
}

// keyName returns the comment of a key in the agent, or its fingerprint if it has none.
func keyName(ctx context.Context, socket string, key []byte) string {
	var d net.Dialer
	if conn, err := d.DialContext(ctx, "unix", socket); err == nil {
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		keys, _ := agent.NewClient(conn).List()
		for _, k := range keys {
			if bytes.Equal(k.Blob, key) && k.Comment != "" {
				return sanitize.Line(k.Comment)
			}
		}
	}
	public, err := ssh.ParsePublicKey(key)
	if err != nil {
		return "an unknown key"
	}
	return ssh.FingerprintSHA256(public)
}

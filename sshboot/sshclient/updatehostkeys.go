package sshclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Requests of OpenSSH's PROTOCOL, section 2.5: after the login a server sends all its host
// keys, and on request proves possession of them.
const (
	hostKeysRequest  = "hostkeys-00@openssh.com"
	hostKeysProve    = "hostkeys-prove-00@openssh.com"
	maxOfferedKeys   = 64
	maxHostKeysBytes = 256 << 10 // of hostKeysRequest
)

// hostKeyLearner updates known_hosts with the keys that a host sends (UpdateHostKeys).
type hostKeyLearner struct {
	conn ssh.Conn
	keys *hostKeys
}

// errLearningEnded is the error of a connection that ended before the update.
var errLearningEnded = errors.New("the connection ended")

// listen returns the server's global requests without the first hostKeysRequest, which it
// handles. done is closed when the update is complete.
func (l hostKeyLearner) listen(ctx context.Context, in <-chan *ssh.Request) (rest <-chan *ssh.Request, done <-chan struct{}) {
	learned := make(chan struct{})
	if !l.enabled() {
		close(learned)
		return in, learned
	}
	out := make(chan *ssh.Request)
	go func() {
		defer close(out)
		begun := false
		for request := range in {
			if request.Type != hostKeysRequest || begun {
				out <- request
				continue
			}
			begun = true
			go func() { // concurrently, as the reply to prove needs in to be read
				defer close(learned)
				if err := l.learn(ctx, request.Payload); err != nil && err != errLearningEnded {
					l.keys.ask.Notice("gm: warning: further host keys are not learned: " + err.Error())
				}
			}()
		}
		if !begun {
			close(learned)
		}
	}()
	return out, learned
}

func (l hostKeyLearner) enabled() bool {
	return l.keys.trusted && l.keys.config.Word("updatehostkeys") != "false"
}

func (l hostKeyLearner) learn(ctx context.Context, payload []byte) error {
	offered, err := l.keys.readOffered(payload)
	if err != nil || len(offered) == 0 {
		return err
	}
	files := l.keys.config.Paths("userknownhostsfile")
	var unread error
	known, err := ReadKnownHosts(files, func(err error) { unread = err })
	err = cmp.Or(err, unread)
	if err != nil {
		return err
	}
	change := l.keys.compare(known, offered)
	if len(change.learned)+len(change.obsolete) == 0 {
		return nil
	}
	if len(change.learned) > 0 {
		if err := l.prove(change.learned); err != nil {
			return err
		}
	}
	if l.keys.config.Word("updatehostkeys") == "ask" {
		yes, err := l.keys.ask.Confirm(ctx, change.question(l.keys.shown))
		if err != nil || !yes {
			return err
		}
	}
	return l.apply(files, change)
}

func (l hostKeyLearner) apply(files []string, change hostKeyChange) error {
	var lines strings.Builder
	for _, key := range change.learned {
		Debugf(l.keys.config, l.keys.ask, "learned new host key: %s %s", keyName(key), ssh.FingerprintSHA256(key))
		lines.WriteString(knownHostsLines(l.keys.names(), key, l.keys.config.Flag("hashknownhosts")))
	}
	if lines.Len() > 0 {
		if err := appendKnownHosts(files[0], lines.String()); err != nil {
			return err
		}
	}
	for _, entry := range change.obsolete {
		Debugf(l.keys.config, l.keys.ask, "forgot obsolete host key: %s %s", keyName(entry.Key), ssh.FingerprintSHA256(entry.Key))
	}
	for _, file := range slices.Compact(slices.Sorted(change.files())) {
		if err := removeKnownHosts(file, change.obsolete); err != nil {
			return err
		}
	}
	return nil
}

// prove requests a signature of the session by each key and verifies them, so that the
// server cannot claim keys of other hosts.
func (l hostKeyLearner) prove(keys []ssh.PublicKey) error {
	var request []byte
	for _, key := range keys {
		request = append(request, ssh.Marshal(struct{ Key []byte }{key.Marshal()})...)
	}
	ok, reply, err := l.conn.SendRequest(hostKeysProve, true, request)
	if err != nil {
		return errLearningEnded
	}
	if !ok {
		return errors.New("the host does not prove that it holds them")
	}
	signatures, err := readStrings(reply)
	if err != nil || len(signatures) != len(keys) {
		return errors.New("the host's proof cannot be parsed")
	}
	for i, key := range keys {
		var signature ssh.Signature
		if err := ssh.Unmarshal(signatures[i], &signature); err != nil {
			return errors.New("the host's proof cannot be parsed")
		}
		signed := ssh.Marshal(struct {
			Request      string
			Session, Key []byte
		}{hostKeysProve, l.conn.SessionID(), key.Marshal()})
		if signature.Format == ssh.KeyAlgoRSA || key.Verify(signed, &signature) != nil {
			return fmt.Errorf("the host's proof for its %s key is wrong", keyName(key))
		}
	}
	return nil
}

// readStrings parses up to maxOfferedKeys strings in the wire format of RFC 4251, section
// 5. More of them are an error.
func readStrings(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		var next struct {
			Value []byte
			Rest  []byte `ssh:"rest"`
		}
		if err := ssh.Unmarshal(b, &next); err != nil || len(out) == maxOfferedKeys {
			return nil, errors.New("the host's list of keys cannot be parsed")
		}
		out, b = append(out, next.Value), next.Rest
	}
	return out, nil
}

package deploy

import (
	"errors"
	"fmt"
	"strings"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
)

// Verb is a command of the server program. The server that VerbNew and VerbAttach reach
// announces itself, and VerbRelay and VerbProbe open a pipe. The other verbs end after their reply.
type Verb string

const (
	VerbNew    Verb = "new"    // begins a session
	VerbAttach Verb = "attach" // enters one
	VerbList   Verb = "ls"     // lists them
	VerbDetach Verb = "detach" // sends the clients of one away
	VerbKill   Verb = "kill"   // ends some
	VerbRelay  Verb = "relay"  // opens a pipe to one, for a client in it
	VerbProbe  Verb = "probe"  // tests UDP, by a protocol of its own on the channel
)

// action describes the verb in messages, after "cannot".
func (v Verb) action() string {
	switch v {
	case VerbAttach:
		return "enter sessions"
	case VerbDetach:
		return "detach clients"
	case VerbKill:
		return "end sessions"
	case VerbRelay:
		return "pass on datagrams"
	case VerbProbe:
		return "test UDP"
	}
	return "list sessions"
}

// maxReplyLines bounds the lines of a reply of each kind. Further ones are discarded. A
// line has at most maxLine bytes.
const maxReplyLines = 4096

// Reply is the answer of the server program to a verb, in lines of standard output:
//
//	GM STATUS base64   a session, in the form of package control
//	GM DONE name       the verb was carried out on this session
//	GM ERROR text      a failure
//	GM HINT text       the hint of the failure before it
type Reply struct {
	Status []string // the whole lines
	Done   []string
	Errors []*hint.Error
}

// ParseLine parses a line, without its end, into r. It reports whether the line is one of
// a reply.
func (r *Reply) ParseLine(line string) bool {
	rest, ok := strings.CutPrefix(line, "GM ")
	if !ok {
		return false
	}
	word, text, _ := strings.Cut(rest, " ")
	text = sanitize.Line(text)
	switch word {
	case "STATUS":
		r.Status = appendBounded(r.Status, line)
	case "DONE":
		r.Done = appendBounded(r.Done, text)
	case "ERROR":
		r.Errors = appendBounded(r.Errors, &hint.Error{Err: errors.New(text)})
	case "HINT":
		if n := len(r.Errors); n > 0 {
			r.Errors[n-1].Hint = text
		}
	default:
		return false
	}
	return true
}

func appendBounded[T any](to []T, e T) []T {
	if len(to) == maxReplyLines {
		return to
	}
	return append(to, e)
}

// ErrNoSessions means that no session runs on the host. gm's server is not there either,
// and was not uploaded.
var ErrNoSessions = errors.New("no session runs there")

// RefusedError is the failure of VerbNew, VerbAttach or VerbRelay that the server reported.
type RefusedError struct {
	Host  string // empty for this machine
	Reply Reply  // with at least one error
}

func (e *RefusedError) Error() string {
	text := e.Reply.Errors[0].Error()
	if e.Host == "" {
		return text
	}
	return e.Host + ": " + text
}

// Unwrap returns the server's error, which has its hint.
func (e *RefusedError) Unwrap() error { return e.Reply.Errors[0] }

// isQuery reports whether the verb has a reply and no announcement.
func (s *Bootstrap) isQuery() bool {
	switch s.Launch.verb() {
	case VerbNew, VerbAttach, VerbRelay, VerbProbe:
		return false
	}
	return true
}

// isReady reports whether the host has sent its last line.
func (s *Bootstrap) isReady() bool {
	a := &s.result.Announcement
	if s.Launch.verb() == VerbProbe {
		return s.stage == prompt.StageServer
	}
	return a.Port != 0 || a.Pipe && s.Launch.verb() == VerbRelay
}

// answered reports whether the end of the output is the end of a reply.
func (s *Bootstrap) answered() bool { return s.stage == prompt.StageServer && s.isQuery() }

// refusal returns the error for a reply, or nil if the reply is the result.
func (s *Bootstrap) refusal() error {
	if s.answered() {
		return nil
	}
	return &RefusedError{Host: s.Host, Reply: s.result.Reply}
}

// unknownVerbError is for mosh-server and for versions of gm without the verb.
func (s *Bootstrap) unknownVerbError(status int, said string) error {
	advice := "an older gm is installed there: update it, or leave out --deploy=never"
	if s.Launch.Command != "" {
		advice = "leave out --server to use gm's own server"
	}
	return &hint.Error{
		Err:  fmt.Errorf("%s: the server there cannot %s (status %d)%s", s.Host, s.Launch.verb().action(), status, said),
		Hint: advice,
	}
}

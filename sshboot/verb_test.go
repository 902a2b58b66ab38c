package sshboot

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// answering returns a host whose server answers with the lines of a reply and exits with
// status, and a login to it.
func answering(t *testing.T, status uint32, reply string) *Login {
	t.Helper()
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Status = &status
	s.Run = func(marker string, channel io.ReadWriter) { fmt.Fprintf(channel, "%s run /x\n%s", marker, reply) }
	return openLogin(t, bootTo(t, s, &prompttest.ScriptedUser{}))
}

func openLogin(t *testing.T, b boot) *Login {
	t.Helper()
	login, err := b.open(t.Context())
	if err != nil {
		t.Fatalf("log in: %v%s", err, sshboottest.HintOf(err))
	}
	t.Cleanup(func() { login.Close() })
	return login
}

func TestQueryReturnsTheReply(t *testing.T) {
	login := answering(t, 1, "noise\nGM STATUS one\nGM STATUS two\nGM DONE work\nGM ERROR not \x1b[31mthere\nGM HINT look\nGM ERROR full\nGM LATER x\n")
	reply, err := login.Query(t.Context(), VerbKill, []string{"work"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(reply.Status, []string{"GM STATUS one", "GM STATUS two"}) || !slices.Equal(reply.Done, []string{"work"}) {
		t.Errorf("status %q, done %q", reply.Status, reply.Done)
	}
	if len(reply.Errors) != 2 || reply.Errors[0].Error() != "not ?[31mthere" || reply.Errors[0].Hint != "look" || reply.Errors[1].Hint != "" {
		t.Errorf("errors %+v", reply.Errors)
	}
}

func TestQueryWithoutSessions(t *testing.T) {
	reply, err := answering(t, 0, "").Query(t.Context(), VerbList, nil)
	if err != nil || len(reply.Status)+len(reply.Done)+len(reply.Errors) != 0 {
		t.Errorf("%+v, %v", reply, err)
	}
}

func TestQueryOfAHostWithNothingOfGM(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Run = func(marker string, channel io.ReadWriter) { fmt.Fprintln(channel, marker, "empty") }
	_, err := openLogin(t, bootTo(t, s, &prompttest.ScriptedUser{})).Query(t.Context(), VerbList, nil)
	if !errors.Is(err, ErrNoSessions) {
		t.Errorf("error %v", err)
	}
}

func TestAttachRefused(t *testing.T) {
	login := answering(t, 1, "GM STATUS one\nGM STATUS two\nGM ERROR several sessions\nGM HINT name one\n")
	err := login.Start(t.Context(), VerbAttach, nil)
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || !slices.Equal(refused.Reply.Status, []string{"GM STATUS one", "GM STATUS two"}) {
		t.Fatalf("error %v", err)
	}
	sshboottest.WantError(t, err, "127.0.0.1: several sessions", "(hint: name one)")
}

// Another program as the server cannot answer, and the error is of the verb.
func TestVerbUnknownToTheServer(t *testing.T) {
	for verb, want := range map[Verb]string{
		VerbList: "list sessions", VerbAttach: "enter sessions", VerbDetach: "detach clients", VerbKill: "end sessions",
	} {
		t.Run(string(verb), func(t *testing.T) {
			_, err := answering(t, 1, "usage\n").Query(t.Context(), verb, nil)
			sshboottest.WantError(t, err, "127.0.0.1: the server there cannot "+want+" (status 1):", "usage", "leave out --server")
		})
	}
}

// A server that starts at any word is not mistaken for a list without sessions.
func TestQueryIsAnsweredByAnAnnouncement(t *testing.T) {
	_, err := answering(t, 0, "MOSH CONNECT 60001 "+sshboottest.TestKey+"\n").Query(t.Context(), VerbList, nil)
	sshboottest.WantError(t, err, "127.0.0.1: the server there cannot list sessions")
}

// The lines of a reply are limited, and its bytes.
func TestReplyIsBounded(t *testing.T) {
	reply, err := answering(t, 0, strings.Repeat("GM DONE x\n", 5000)).Query(t.Context(), VerbKill, nil)
	if err != nil || len(reply.Done) != 4096 {
		t.Errorf("%d names, %v", len(reply.Done), err)
	}
	long := "GM STATUS " + strings.Repeat("x", 4000) + "\n"
	_, err = answering(t, 0, strings.Repeat(long, 2000)).Query(t.Context(), VerbList, nil)
	sshboottest.WantError(t, err, "127.0.0.1 sends more output than a server has")
}

// control.AppendLine limits a line to 4096 bytes.
func TestLongStatusArrivesWhole(t *testing.T) {
	long := "GM STATUS " + strings.Repeat("x", 4096-1-len("GM STATUS "))
	reply, err := answering(t, 0, long+"\n").Query(t.Context(), VerbList, nil)
	if err != nil || len(reply.Status) != 1 || reply.Status[0] != long {
		t.Errorf("%d statuses, %v", len(reply.Status), err)
	}
}

// A login in batch mode asks nothing, and its error says that it would have.
func TestBatchMarksQuestions(t *testing.T) {
	u := &prompttest.ScriptedUser{Answers: []string{"yes"}}
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	for name, known := range map[string]bool{"an unknown host": false, "a known host": true} {
		t.Run(name, func(t *testing.T) {
			b := bootTo(t, s, u)
			b.request.Batch = true
			b.ask = batchPrompter(u)
			if !known {
				b.env.Home = t.TempDir()
			}
			_, err := b.run(t.Context())
			if errors.Is(err, ErrQuestion) == known || len(u.Asked) != 0 || known != (err == nil) {
				t.Errorf("error %v, asked %q", err, u.Asked)
			}
		})
	}
}

// A login that fails for another reason would fail again with the user's answers.
func TestBatchFailsWithoutAQuestion(t *testing.T) {
	b := bootTo(t, sshboottest.StartGoServer(t, sshboottest.NoLogin()), &prompttest.ScriptedUser{})
	b.ask = batchPrompter(b.ask)
	b.request.Destination = "joe@127.0.0.1:1"
	if _, err := b.run(t.Context()); err == nil || errors.Is(err, ErrQuestion) {
		t.Errorf("error %v", err)
	}
}

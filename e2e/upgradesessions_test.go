//go:build e2e

package e2e

import (
	"testing"

	"gm/e2e/harness"
)

// oldestSessions is the first commit whose sessions today's gm must list, enter and end,
// and the other way round. A release replaces it only if its notes announce that.
const oldestSessions = "ea8fae9869d677a26ea52bfe3fa52e3a6650f43f"

// TestUpgradeOfSessions begins sessions with the programs of older commits and uses them
// with today's, and the other way round: a session outlives upgrades.
func TestUpgradeOfSessions(t *testing.T) {
	t.Parallel()
	for _, commit := range []string{oldestSessions, previous} {
		t.Run(commit, func(t *testing.T) {
			t.Parallel()
			old := buildCommit(t, commit)
			for _, pair := range []struct{ name, session, client string }{
				{"old session", old, racing},
				{"new session", racing, old},
			} {
				t.Run(pair.name, func(t *testing.T) {
					t.Parallel()
					useSession(t, pair.session, pair.client)
				})
			}
		})
	}
}

// useSession begins a session with one gm and lists, enters, detaches and ends it with
// another.
func useSession(t *testing.T, first, second string) {
	d := newDesk(t)
	d.local(first, "--name=work")
	d.Line("echo be''fore")
	d.ExpectLine("before")
	d.Type("\x1ed")
	d.Expect("[gm: detached from work")
	d.expectPrompt()

	d.Line("clear; " + second + " ls")
	d.Expect("work  detached")
	d.expectPrompt()

	d.Line("clear; " + second + " attach --local work")
	d.ExpectLine("before")
	d.Line("echo af''ter")
	d.ExpectLine("after")
	d.Line("clear; " + second + " detach")
	d.Expect("[gm: detached from work")
	d.expectPrompt()

	d.Line("clear; " + second + " kill --local work; echo sta''tus $?")
	d.ExpectLine("status 0")
	d.Line("exit")
	d.ExpectEnd(harness.Patience)
	d.family.ExpectNone(t, harness.Patience)
}

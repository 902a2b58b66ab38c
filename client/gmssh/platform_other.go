//go:build !unix

package gmssh

import (
	"errors"
	"os"

	"gm/client/sshexec"
)

func endingSignals() []os.Signal { return []os.Signal{os.Interrupt} }

// watchSize returns no sizes.
func watchSize(int) (sizes <-chan sshexec.Size, stop func()) {
	none := make(chan sshexec.Size)
	return none, func() { close(none) }
}

func (m *invocation) inBackground() (status int, err error) {
	return sshexec.Failed, errors.New("-f: this system has no background")
}

// removeStale does nothing.
func removeStale(string) {}

func (m *invocation) isPersistent() bool { return false }

func leaveForeground() error { return nil }

// begin begins no master.
func (m *invocation) begin() (status int, err error) { return 0, nil }

package sshconfig

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gm/internal/hint"
)

// RunWithShell is a script for sh that runs its first argument with the user's shell,
// as sshd does.
const RunWithShell = `exec "${SHELL:-sh}" -c "$0"`

// WithRemoteCommand returns the arguments of a server, to which RemoteCommand is appended
// as the command to run if it is set.
func (c *Config) WithRemoteCommand(args []string) ([]string, error) {
	command := c.Word("remotecommand")
	if command == "" || strings.EqualFold(command, "none") {
		return args, nil
	}
	if slices.Contains(args, "--") {
		return nil, &hint.Error{
			Err:  errors.New("cannot execute command-line and remote command"),
			Hint: "the configuration has a RemoteCommand for this host; --ssh-option=RemoteCommand=none switches it off",
		}
	}
	expanded, err := c.ExpandTokens(command)
	if err != nil {
		return nil, &hint.Error{Err: fmt.Errorf("RemoteCommand %s: %w", command, err)}
	}
	return slices.Concat(args, []string{"--", "sh", "-c", RunWithShell, expanded}), nil
}

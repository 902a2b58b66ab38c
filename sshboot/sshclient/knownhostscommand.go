package sshclient

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/subprocess"
	"gm/sshboot/sshconfig"
)

// runCommand sets h.known to the lines of the files and the output of KnownHostsCommand, if
// there is one. why is ORDER, HOSTNAME or ADDRESS, host is the name to look up, and key is
// the host's key, or nil before the key exchange (ssh_config(5), KnownHostsCommand and
// TOKENS).
func (h *hostKeys) runCommand(ctx context.Context, why, host string, key ssh.PublicKey) error {
	added := slices.DeleteFunc(slices.Clone(h.known), func(entry knownHost) bool { return entry.File != "" })
	h.known = slices.Concat(h.files, added)
	command := h.config.Word("knownhostscommand")
	if command == "" || strings.EqualFold(command, "none") {
		return nil
	}
	args, err := h.commandArguments(command, why, host, key)
	if err != nil {
		return &hint.Error{Err: fmt.Errorf("KnownHostsCommand %s: %w", command, err)}
	}
	text, err := runKnownHostsCommand(ctx, h.config.Env, args)
	var status *exec.ExitError
	switch {
	case errors.As(err, &status):
		return &hint.Error{Err: fmt.Errorf("KnownHostsCommand %s: %w", command, err), Hint: "its output decides which hosts are trusted, so gm does not continue without it"}
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil: // rely on the files, like ssh
		if !h.warned {
			h.ask.Notice(fmt.Sprintf("gm: warning: KnownHostsCommand %s: %v", command, err))
		}
		h.warned = true
	}
	h.known = append(h.known, parseKnownHosts(text, "KnownHostsCommand")...)
	return nil
}

func (h *hostKeys) commandArguments(command, why, host string, key ssh.PublicKey) ([]string, error) {
	tokens := map[byte]string{'I': why, 'H': host, 'f': "NONE", 'K': "NONE", 't': "NONE"}
	if key != nil {
		tokens['f'] = ssh.FingerprintSHA256(key)
		tokens['K'] = base64.StdEncoding.EncodeToString(key.Marshal())
		tokens['t'] = key.Type()
	}
	args, err := sshconfig.SplitWords(command)
	if err != nil {
		return nil, err
	}
	for i, arg := range args {
		if arg, err = h.config.ExpandEnv(arg); err == nil {
			args[i], err = h.config.ExpandTokensWith(arg, tokens)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

func runKnownHostsCommand(ctx context.Context, env sshconfig.Environment, args []string) ([]byte, error) {
	if len(args) == 0 || !filepath.IsAbs(args[0]) {
		return nil, errors.New("the path is not absolute")
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr, cmd.WaitDelay = ProgramStderr(env), subprocess.WaitDelay
	if env.Background {
		withoutTerminal(cmd)
	}
	var out limitedBuffer
	cmd.Stdout = &out
	err := cmd.Run()
	return out.text, subprocess.Reason(err) // without the command, which the message has
}

// limitedBuffer is a buffer of at most maxKnownHosts bytes. Writing more is an error.
type limitedBuffer struct{ text []byte }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if len(b.text)+len(p) > maxKnownHosts {
		return 0, fmt.Errorf("more than %d bytes", maxKnownHosts)
	}
	b.text = append(b.text, p...)
	return len(p), nil
}

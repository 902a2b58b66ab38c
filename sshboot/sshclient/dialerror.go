package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"gm/internal/hint"
	"gm/sshboot/sshconfig"
)

func dialError(c *sshconfig.Config, err error) error {
	var dns *net.DNSError
	var hinted *hint.Error
	switch {
	case errors.As(err, &hinted):
		return hinted
	case errors.As(err, &dns) && dns.IsNotFound:
		return &hint.Error{
			Err:  unresolved(c, "no such host"),
			Hint: "check the spelling, or give it a HostName in ~/.ssh/config; is this machine online?",
		}
	case errors.As(err, &dns):
		return &hint.Error{Err: unresolved(c, dns.Err), Hint: "is this machine online?"}
	case errors.Is(err, context.Canceled):
		return err
	}
	return &hint.Error{
		Err:  notConnected(c, err),
		Hint: "is sshd running there, and does a firewall let TCP port " + strconv.Itoa(c.Number("port")) + " through?",
	}
}

// unreachable is the error for a host none of whose addresses accepted a connection.
type unreachable struct{ error }

func (u unreachable) Unwrap() error { return u.error }

// opensshError is an error with ssh's message for it.
type opensshError struct {
	error
	text string
	// partial is set if the message leaves out the cause.
	partial bool
}

func (e opensshError) Unwrap() error { return e.error }

// OpenSSHText returns ssh's message for an error of a login, in which programs that run ssh
// look for the cause. It is empty for errors of other kinds. whole reports whether it has
// the cause as well.
func OpenSSHText(err error) (text string, whole bool) {
	e, _ := errors.AsType[opensshError](err)
	return e.text, e.text != "" && !e.partial && err.Error() == e.Error()
}

func unresolved(c *sshconfig.Config, reason string) error {
	return opensshError{fmt.Errorf("resolve %q: %s", c.HostName(), reason), "ssh: Could not resolve hostname " + c.HostName() + ": Name or service not known", false}
}

func notConnected(c *sshconfig.Config, err error) error {
	plain := plainNetError(err)
	reason := plain.Error()
	if _, late := errors.AsType[timeoutError](err); late {
		reason = syscall.ETIMEDOUT.Error()
	}
	at := net.JoinHostPort(c.HostName(), strconv.Itoa(c.Number("port")))
	text := fmt.Sprintf("ssh: connect to host %s port %d: %s", c.HostName(), c.Number("port"), strings.ToUpper(reason[:1])+reason[1:])
	return opensshError{fmt.Errorf("connect to %s: %w", at, unreachable{plain}), text, false}
}

// IsUnreachable reports whether a login failed because no address of the host accepted a
// TCP connection.
func IsUnreachable(err error) bool {
	_, ok := errors.AsType[unreachable](err)
	return ok
}

// plainNetError returns an error of package net without operation and address, which the
// caller's message has, and without repetitions.
func plainNetError(err error) error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var texts []string
		for _, e := range joined.Unwrap() {
			texts = append(texts, plainNetError(e).Error())
		}
		slices.Sort(texts)
		errs := []error{}
		for _, text := range slices.Compact(texts) {
			errs = append(errs, errors.New(text))
		}
		return errors.Join(errs...)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return syscallReason(op.Err)
	}
	return syscallReason(err)
}

func syscallReason(err error) error {
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Err
	}
	return err
}

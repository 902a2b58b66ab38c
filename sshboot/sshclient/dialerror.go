package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"

	"gm/internal/hint"
	"gm/sshboot/sshconfig"
)

func dialError(c *sshconfig.Config, err error) error {
	at := net.JoinHostPort(c.HostName(), strconv.Itoa(c.Number("port")))
	var dns *net.DNSError
	var hinted *hint.Error
	switch {
	case errors.As(err, &hinted):
		return hinted
	case errors.As(err, &dns) && dns.IsNotFound:
		return &hint.Error{
			Err:  fmt.Errorf("resolve %q: no such host", c.HostName()),
			Hint: "check the spelling, or give it a HostName in ~/.ssh/config; is this machine online?",
		}
	case errors.As(err, &dns):
		return &hint.Error{Err: fmt.Errorf("resolve %q: %s", c.HostName(), dns.Err), Hint: "is this machine online?"}
	case errors.Is(err, context.Canceled):
		return err
	}
	return &hint.Error{
		Err:  fmt.Errorf("connect to %s: %w", at, unreachable{plainNetError(err)}),
		Hint: "is sshd running there, and does a firewall let TCP port " + strconv.Itoa(c.Number("port")) + " through?",
	}
}

// unreachable is the error for a host none of whose addresses accepted a connection.
type unreachable struct{ error }

func (u unreachable) Unwrap() error { return u.error }

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

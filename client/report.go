package client

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/wire/udp"
)

// stdout and stderr return the standard streams for text outside of a session. They
// sanitize all of it, because errors may contain bytes from the host.
func stdout() io.Writer { return sanitize.NewWriter(os.Stdout) }
func stderr() io.Writer { return sanitize.NewWriter(os.Stderr) }

// Exit statuses, the same as mosh's.
const (
	exitOK     = 0
	exitFailed = 1
	exitBoot   = 10  // the session did not start
	exitUsage  = 255 // of gm and mosh; mosh-client has exitFailed
)

func internalError(panicked any) error {
	return &hint.Error{
		Err:  fmt.Errorf("internal error: %v", panicked),
		Hint: "this is a bug of gm: please report it with what you did",
	}
}

// guard recovers a panic, reports it and sets status. It must be deferred.
func guard(w io.Writer, program string, status *int) {
	if r := recover(); r != nil {
		report(w, program, internalError(r))
		*status = exitFailed
	}
}

// report writes err in this form, sanitized and limited in length, with a line for each hint:
//
//	gm: what failed: why
//	hint: what to do
func report(w io.Writer, program string, err error) {
	hints := hint.Of(err)
	for i := range hints {
		hints[i] = sanitize.Text(hints[i])
	}
	fmt.Fprintln(w, hint.Lines(program+": "+sanitize.Text(err.Error()), hints...))
}

// hintOf returns the first hint of err, or an empty string.
func hintOf(err error) string {
	if hints := hint.Of(err); len(hints) > 0 {
		return hints[0]
	}
	return ""
}

// sendErrorText returns the system's text for an error of sending a datagram. It is
// empty without an error, and for errors that are not the network's.
func sendErrorText(err error) string {
	switch {
	case err == nil, errors.Is(err, udp.ErrTooLong), errors.Is(err, net.ErrClosed):
		return ""
	case errors.Is(err, syscall.EPERM):
		return "operation not permitted, a firewall here forbids it"
	}
	text := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		text = errno.Error()
	}
	return strings.TrimRight(text, ".\r\n") // as Windows adds them
}

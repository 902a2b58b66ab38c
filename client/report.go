package client

import (
	"errors"
	"fmt"
	"io"
	"os"

	"gm/internal/hint"
	"gm/internal/sanitize"
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

// report writes err in this form, sanitized and limited in length:
//
//	gm: what failed: why
//	hint: what to do
func report(w io.Writer, program string, err error) {
	fmt.Fprintf(w, "%s: %s\n", program, sanitize.Text(err.Error()))
	if advice := hintOf(err); advice != "" {
		fmt.Fprintf(w, "hint: %s\n", sanitize.Text(advice))
	}
}

func hintOf(err error) string {
	if e, ok := errors.AsType[*hint.Error](err); ok {
		return e.Hint
	}
	return ""
}

package deploy

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
)

// Inspection describes an account on a host.
type Inspection struct {
	Server          netip.Addr // the host's address in SSH_CONNECTION; invalid if it is not set
	Shell           string     // SHELL
	Home            string     // HOME
	System, Machine string     // as uname -s and -m print them
	Places          []Place    // directories for the server, in the order of preference
	OpenDirs        []string   // directories that other accounts can change, with mode and owner
	// Printed and Errors are what the account's startup files have printed on standard output
	// and on standard error.
	Printed, Errors string
	// Took is the time from the request of a command until it ran.
	Took time.Duration
}

// Place is a directory in which a server may be put.
type Place struct {
	Dir   string
	State PlaceState
	Free  int64 // bytes on its file system, -1 if unknown
}

// PlaceState is whether a directory can hold the server.
type PlaceState string

const (
	PlaceOK     PlaceState = "ok"
	PlaceFull   PlaceState = "full"   // a file can be made in it, but not written
	PlaceNoExec PlaceState = "noexec" // no program in it can be executed
	PlaceClosed PlaceState = "closed" // no file can be made in it
	PlaceUnsafe PlaceState = "unsafe" // other accounts can change it
)

// ShellError means that a command was requested, and that the account's shell did not run it.
type ShellError struct {
	Late    bool // it is still running
	Status  int  // exit status, or -1 if there is none
	Printed string
	// Login is set if the login shell runs commands from its standard input.
	Login bool
}

func (e *ShellError) Error() string {
	if e.Late {
		return errShellTimeout.Error()
	}
	return fmt.Sprintf("%v (status %d)", errShellTimeout, e.Status)
}

// Expired reports whether the shell says that the account needs a new password.
func (e *ShellError) Expired() bool { return passwordExpired(e.Printed) }

// inspectScript describes the account. In the nearest directory that exists above each place
// it makes a program, executes and removes it.
//
//	at CLIENT PORT SERVER PORT   SSH_CONNECTION
//	shell PATH, home PATH        SHELL and HOME
//	system SYSTEM MACHINE        uname
//	open MODE OWNER PATH         other accounts can change PATH
//	place STATE KILOBYTES PATH   a PlaceState, and the free space or "-"
//	done                         the script ends
const inspectScript = places + `
state() {
 _t=$_k/.new-$(uname -n)-$$;
 if (: >"$_t") 2>/dev/null; then
  if (echo exit 0 >"$_t" && chmod 700 "$_t") 2>/dev/null && [ -s "$_t" ]; then
   if ("$_t") 2>/dev/null; then _e=ok; else _e=noexec; fi;
  else
   _e=full;
  fi;
  rm -f "$_t";
 else
  _e=closed;
 fi;
};
look() {
 _k=$_d; until [ -d "$_k/" ]; do _k=${_k%/*}; done;
 state;
 set -- $(LC_ALL=C df -Pk "$_k/" 2>/dev/null);
 _f=${11:--};
 if [ $_e = ok ] && [ -d "$_d" ]; then safe || _e=unsafe; fi;
 say place $_e $_f "$_d";
 return 1;
};
say at $SSH_CONNECTION;
say shell "$SHELL";
say home "$HOME";
say system "$(uname -s)" "$(uname -m)";
umask 077;
each look 123456;
say done
`

// Inspect describes the account that client is logged in to. The error is a [*ShellError] if
// its shell does not run commands within limit.
func Inspect(ctx context.Context, client *ssh.Client, host string, limit time.Duration) (Inspection, error) {
	i, err := inspect(ctx, client, host, "sh", "", limit)
	if e, ok := errors.AsType[*ShellError](err); ok && e.Status == statusNotFound {
		i, err = inspect(ctx, client, host, standardShell, standardPath, limit)
	}
	if e, ok := errors.AsType[*ShellError](err); ok && ctx.Err() == nil {
		e.Login = loginShellRuns(client, limit/3)
	}
	return i, err
}

func inspect(ctx context.Context, client *ssh.Client, host, shell, prelude string, limit time.Duration) (Inspection, error) {
	marker := newMarker()
	line, err := scriptLine(shell, marker, prelude, oneLine(inspectScript))
	if err != nil {
		return Inspection{}, err
	}
	began := time.Now()
	var stderr, stdout tail
	c, err := openChannel(client, host, line, nil, &stderr, nil)
	if err != nil {
		return Inspection{}, err
	}
	defer c.session.Close()
	scanner := newLineScanner(c.out)
	defer scanner.stop()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var result Inspection
	for {
		scanner.request()
		select {
		case line := <-scanner.lines:
			_, marked, found := strings.Cut(line.text, marker+" ")
			switch {
			case !found && result.Took == 0:
				fmt.Fprintln(&stdout, line.text)
			case found && result.Took == 0:
				result.Took = time.Since(began)
				result.Printed, result.Errors = sanitize.Text(stdout.String()), sanitize.Text(stderr.String())
				timer.Reset(limit)
			}
			if found && result.parse(marked) {
				return result, nil
			}
			if line.err != nil {
				return result, ended(c.session, stdout.String()+stderr.String())
			}
		case <-timer.C:
			return result, &ShellError{Late: true, Status: -1, Printed: sanitize.Text(stdout.String() + stderr.String())}
		case <-ctx.Done():
			return result, ctx.Err()
		}
	}
}

// ended returns the error for a command whose output has ended.
func ended(session *ssh.Session, printed string) error {
	e := &ShellError{Status: -1, Printed: sanitize.Text(printed)}
	select {
	case err := <-exited(session):
		if exit, ok := errors.AsType[*ssh.ExitError](err); ok && exit.Signal() == "" {
			e.Status = exit.ExitStatus()
		} else if err == nil {
			e.Status = 0
		}
	case <-time.After(maxDrain):
	}
	return e
}

// maxPlaceLines bounds the places and the open directories of a host.
const maxPlaceLines = 16

// parse adds a line of inspectScript and reports whether it is the last one.
func (i *Inspection) parse(line string) (last bool) {
	word, rest, _ := strings.Cut(line, " ")
	clean := sanitize.Line(rest)
	switch word {
	case "at":
		i.Server = ServerAddress(rest)
	case "shell":
		i.Shell = clean
	case "home":
		i.Home = clean
	case "system":
		i.System, i.Machine, _ = strings.Cut(clean, " ")
	case "open":
		if words := strings.SplitN(clean, " ", 3); len(words) == 3 && len(i.OpenDirs) < maxPlaceLines {
			i.OpenDirs = append(i.OpenDirs, fmt.Sprintf("%s (mode %s, owner %s)", words[2], words[0], words[1]))
		}
	case "place":
		words := strings.SplitN(clean, " ", 3)
		if len(words) < 3 || len(i.Places) == maxPlaceLines {
			return false
		}
		p := Place{Dir: words[2], State: PlaceState(words[0]), Free: -1}
		if kilobytes, err := strconv.ParseInt(words[1], 10, 64); err == nil {
			p.Free = kilobytes << 10
		}
		i.Places = append(i.Places, p)
	case "done":
		return true
	}
	return false
}

// loginShellRuns reports whether the login shell, without a command, runs commands from its
// standard input. One whose startup files end the shell does not, and neither does a forced
// command.
func loginShellRuns(client *ssh.Client, limit time.Duration) bool {
	session, err := newSession(client)
	if err != nil {
		return false
	}
	defer session.Close()
	timeout := time.After(limit)
	in, err1 := session.StdinPipe()
	out, err2 := session.StdoutPipe()
	if err := errors.Join(err1, err2, session.Shell()); err != nil {
		return false
	}
	marker := newMarker()
	// The shell joins the two halves: a program that echoes its input does not.
	fmt.Fprintf(in, "echo %s\"\"%s\nexit\n", marker[:8], marker[8:])
	in.Close()
	scanner := newLineScanner(out)
	defer scanner.stop()
	for {
		scanner.request()
		select {
		case line := <-scanner.lines:
			if found := strings.Contains(line.text, marker); found || line.err != nil {
				return found
			}
		case <-timeout:
			return false
		}
	}
}

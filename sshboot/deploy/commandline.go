package deploy

import (
	"errors"
	"fmt"
	"strings"

	"gm/internal/shellquote"
	"gm/sshboot/payload"
)

// maxCommandLine bounds the command line of the exec request, in bytes:
// dropbear takes 9000.
const maxCommandLine = 9000

// Launch is what is to be started on a host.
type Launch struct {
	Marker string
	// Command is a shell fragment in place of gm's own server; empty for that.
	Command string
	Args    []string
	// Known are the programs that the script can look for by itself.
	Known  payload.Set
	Deploy Mode
	// noPath is set if the account's PATH leads to no sh.
	noPath bool
	// terminal is set if the script runs in a terminal.
	terminal bool
	// avoid are the numbers of places that have no room for the program.
	avoid []string
}

// commandLine gives the command line for the exec request. It reads the same in
// every login shell.
func (l Launch) commandLine() (string, error) {
	for _, arg := range append([]string{l.Command}, l.Args...) {
		if strings.ContainsRune(arg, 0) {
			return "", errors.New("the command holds a NUL byte")
		}
	}
	if strings.Contains(l.Command, "\n") {
		return "", errors.New("--server holds a newline")
	}
	prelude, script := "", serverScript
	if l.Command == "" {
		prelude = fmt.Sprintf(`_f=%s;_v="%s";`, l.Deploy, strings.Join(l.avoid, " "))
		script = bootstrapScript
	}
	words := make([]string, len(l.Args))
	for i, arg := range l.Args {
		words[i] = shellquote.QuoteLine(arg)
	}
	shell := "sh"
	if l.noPath {
		shell, prelude = standardShell, standardPath+prelude
	}
	if l.terminal {
		prelude += "stty raw -echo;"
	}
	prelude += shellquote.Literals(strings.Join(words, ""))
	return scriptLine(shell, l.Marker, prelude, strings.NewReplacer(
		"@COMMAND@", l.Command,
		"@ARGS@", strings.Join(words, " "),
		"@CASES@", l.cases(),
	).Replace(oneLine(script)))
}

// standardShell and standardPath are for an account whose PATH is empty or leads to no
// program.
const (
	standardShell = "/bin/sh"
	standardPath  = `PATH="${PATH:+$PATH:}/usr/bin:/bin";export PATH;`
)

// scriptLine returns the command line that runs a script of one line with a shell.
func scriptLine(shell, marker, prelude, script string) (string, error) {
	line := shell + " -c " + shellquote.QuoteAny("_m="+marker+";"+prelude+script)
	if len(line) > maxCommandLine {
		return "", fmt.Errorf("the command is too long: %d bytes of %d", len(line), maxCommandLine)
	}
	return line, nil
}

// oneLine joins the lines of a script, each of which ends where a blank may
// stand.
func oneLine(script string) string { return strings.Join(strings.Fields(script), " ") }

// cases gives the branches that set _c to the hashes of the programs for a
// platform, best first.
func (l Launch) cases() string {
	if l.Deploy == Always {
		return ""
	}
	var b strings.Builder
	for _, answer := range payload.Answers() {
		var hashes []string
		for _, platform := range answer.Platforms {
			if p, ok := l.Known.On(platform); ok {
				hashes = append(hashes, p.Hash)
			}
		}
		if len(hashes) > 0 {
			fmt.Fprintf(&b, `%s" "%s) _c="%s";; `, answer.System, answer.Machine, strings.Join(hashes, " "))
		}
	}
	return b.String()
}

package deploy

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"gm/internal/shellquote"
	"gm/sshboot/payload"
)

// maxCommandLine bounds the command line of the exec request, in bytes: dropbear accepts
// 9000.
const maxCommandLine = 9000

// Launch describes the server to start on a host.
type Launch struct {
	marker string // begins the lines for gm, set by [Bootstrap.Run]
	// Verb is the command of the server program. The zero value is VerbNew.
	Verb Verb
	// Command is a shell fragment that starts the server, or "" for gm's own server.
	Command string
	Args    []string
	// Pipe asks the server that VerbNew or VerbAttach reaches to keep the channel open as
	// a pipe for datagrams. It is ignored in a terminal, which changes bytes.
	Pipe bool
	// Known are the programs whose hashes the script looks for.
	Known  payload.Set
	Deploy Mode
	// noPath is set if sh is not in the account's PATH.
	noPath bool
	// terminal is set if the script runs in a terminal.
	terminal bool
	// fullPlaces are the numbers of the places without space for the program.
	fullPlaces []string
}

// commandLine returns the command line for the exec request. Every login shell parses it
// alike.
func (l Launch) commandLine() (string, error) {
	for _, arg := range append([]string{l.Command}, l.Args...) {
		if strings.ContainsRune(arg, 0) {
			return "", errors.New("the command contains a NUL byte")
		}
	}
	if strings.Contains(l.Command, "\n") {
		return "", errors.New("--server contains a newline")
	}
	prelude, script := "", serverScript
	if l.Command == "" {
		prelude = fmt.Sprintf(`_f=%s;_v="%s";`, l.Deploy, strings.Join(l.fullPlaces, " "))
		script = bootstrapScript
	}
	args := l.args()
	words := make([]string, len(args))
	for i, arg := range args {
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
	return scriptLine(shell, l.marker, prelude, strings.NewReplacer(
		"@COMMAND@", l.Command,
		"@ARGS@", strings.Join(words, " "),
		"@CASES@", l.cases(),
		"@VERB@", string(l.verb()),
		"@INPUT@", l.input(),
		"@SEARCH@", l.search(),
	).Replace(l.ending(oneLine(script))))
}

// ending completes bootstrapScript: the server stays, or is removed at its end.
func (l Launch) ending(script string) string {
	note, drop, clean, keep := "", `rmdir "$_d" 2>/dev/null;`, "", keepScript
	if l.verb() == VerbProbe {
		note, drop, clean, keep = noteScript, dropScript, "drop;", removeScript
	}
	return strings.NewReplacer("@NOTE@", oneLine(note), "@DROP@", oneLine(drop), "@CLEAN@", clean, "@KEEP@", oneLine(keep)).Replace(script)
}

func (l Launch) verb() Verb { return cmp.Or(l.Verb, VerbNew) }

// args returns the arguments of the server.
func (l Launch) args() []string {
	if l.mayPipe() && l.verb() != VerbRelay && l.verb() != VerbProbe {
		return append([]string{"-@", "gm-pipe"}, l.Args...)
	}
	return l.Args
}

// mayPipe reports whether the server may keep the channel open as a pipe.
func (l Launch) mayPipe() bool {
	switch l.verb() {
	case VerbNew, VerbAttach:
		return l.Pipe && !l.terminal
	case VerbRelay, VerbProbe:
		return !l.terminal
	}
	return false
}

// input returns the redirection of the server's standard input.
func (l Launch) input() string {
	if l.mayPipe() {
		return ""
	}
	return "</dev/null"
}

func (l Launch) search() string {
	if l.verb() == VerbNew || l.verb() == VerbProbe {
		return ""
	}
	return oneLine(searchScript)
}

// standardShell and standardPath replace sh and PATH for an account whose PATH has no
// programs.
const (
	standardShell = "/bin/sh"
	standardPath  = `PATH="${PATH:+$PATH:}/usr/bin:/bin";export PATH;`
)

func scriptLine(shell, marker, prelude, script string) (string, error) {
	line := shell + " -c " + shellquote.QuoteAny("_m="+marker+";"+prelude+script)
	if len(line) > maxCommandLine {
		return "", fmt.Errorf("the command is too long: %d bytes of %d", len(line), maxCommandLine)
	}
	return line, nil
}

// oneLine joins the lines of a script, which all end where a blank is allowed.
func oneLine(script string) string { return strings.Join(strings.Fields(script), " ") }

// cases returns the branches that set _c to the hashes of the programs for a platform,
// best first.
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

package vt

import (
	"slices"
	"strconv"
	"strings"
)

// setMark is iTerm2's mark of a line.
const setMark = "1337;SetMark"

// eventCommand returns an OSC, of a number and clean text, as it goes on to the user's
// terminal: only what is nothing but a message or a mark, and
// nothing that makes a terminal answer, run, open, copy or store something.
func eventCommand(n int, text string) (safe string, ok bool) {
	switch n {
	case 9, 99, 777:
		safe, ok = message(n, text)
	case 133:
		safe, ok = semanticPrompt(text)
	case 633:
		safe, ok = shellIntegration(text)
	case 1337:
		safe, ok = text, strconv.Itoa(n)+";"+text == setMark
	}
	safe = strconv.Itoa(n) + ";" + safe
	return safe, ok && len(safe) <= maxEvent
}

// semanticPrompt returns OSC 133 (FinalTerm): A begins a prompt, P a further part of
// it; B begins what is typed, I that of a further line; C begins output, D ends it with an exit status. Of the
// options that terminals have added only those pass that say what kind of a prompt it
// is, and which command runs.
func semanticPrompt(text string) (safe string, ok bool) {
	head, options, _ := cutByte(text, ';')
	switch head {
	case "B", "I":
		return head, true
	case "A", "P", "N":
		return head + keyed(options, "k"), true
	case "C":
		return head + keyed(options, "cmdline", "cmdline_url"), true
	case "D":
		return head + exitStatus(options), true
	}
	return "", false
}

// exitStatus returns the first option of D, if it is a number.
func exitStatus(options string) string {
	status, _, _ := cutByte(options, ';')
	if n, err := strconv.Atoi(status); err == nil {
		return ";" + strconv.Itoa(n)
	}
	return ""
}

// keyed returns the options key=value that have one of the keys.
func keyed(options string, keys ...string) (kept string) {
	for option := range strings.SplitSeq(options, ";") {
		if key, _, found := cutByte(option, '='); found && slices.Contains(keys, key) {
			kept += ";" + option
		}
	}
	return kept
}

// shellIntegration returns OSC 633 (VS Code): as OSC 133, and E for the command line,
// without the nonce that would make it a trusted one. (P is a Note.)
func shellIntegration(text string) (safe string, ok bool) {
	head, rest, _ := cutByte(text, ';')
	switch head {
	case "A", "B", "C":
		return head, true
	case "D":
		return head + exitStatus(rest), true
	case "E":
		command, _, _ := cutByte(rest, ';')
		return head + ";" + command, true
	}
	return "", false
}

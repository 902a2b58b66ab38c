package vt

import (
	"slices"
	"strconv"
	"strings"
)

// message returns the part of a notification (OSC 9, 99 or 777) that is safe to pass
// on, if there is one.
func message(n int, text string) (safe string, ok bool) {
	head, rest, _ := strings.Cut(text, ";")
	switch n {
	case 9:
		// ConEmu's commands are a number first: 4 shows progress, which is a state
		// (Progress), others wait for a key or run programs.
		_, err := strconv.Atoi(strings.TrimSpace(head))
		return text, err != nil
	case 777:
		// rxvt's extensions, by name.
		return text, head == "notify"
	}
	metadata, ok := desktopMetadata(head)
	return metadata + ";" + rest, ok
}

// desktopMetadata gives the metadata of OSC 99 (kitty's desktop notifications,
// key=value with colons between) without what makes the terminal answer: a
// report of its activation (a) or its end (c). A question (p=?, p=alive) does
// not pass at all.
func desktopMetadata(metadata string) (safe string, ok bool) {
	var kept []string
	for pair := range strings.SplitSeq(metadata, ":") {
		key, value, _ := strings.Cut(pair, "=")
		if key == "p" && !slices.Contains([]string{"title", "body", "close", "icon"}, value) {
			return "", false
		}
		if key != "a" && key != "c" {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, ":"), true
}

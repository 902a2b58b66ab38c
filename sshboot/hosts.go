package sshboot

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// PrintHosts writes the hosts that the configuration and the known hosts name,
// sorted, a line each, for completions. Patterns and hashed names are left out,
// and so is a file that can not be read.
func PrintHosts(w io.Writer, r Request) error {
	args, err := parseSSHArgs(r.SSHCommand)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, strings.Join(hostNames(resolver{env: localEnvironment(), args: args}), ""))
	return err
}

// hostNames are the lines of [PrintHosts].
func hostNames(r resolver) []string {
	names := map[string]bool{}
	addHosts(names, r.hostPatterns())
	config := newConfig("", r.env)
	files := slices.Concat(config.paths("userknownhostsfile"), config.paths("globalknownhostsfile"))
	for _, file := range files {
		known, err := readKnownHosts([]string{file}, func(error) {})
		if err != nil {
			continue
		}
		for _, k := range known {
			addHosts(names, k.Hosts)
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		lines = append(lines, name+"\n")
	}
	return lines
}

// addHosts adds those of the patterns that are names. [NAME]:PORT of the known
// hosts is written NAME:PORT on a command line.
func addHosts(names map[string]bool, patterns []string) {
	for _, p := range patterns {
		if strings.ContainsAny(p, "*?!|") {
			continue
		}
		if inner, port, ok := strings.Cut(strings.TrimPrefix(p, "["), "]:"); ok && !strings.Contains(inner, ":") {
			p = inner + ":" + port
		}
		names[p] = true
	}
}

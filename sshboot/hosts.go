package sshboot

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
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
	reader := configReader{config: newConfig("", r.env)}
	scopes, _ := r.scopes()
	for _, s := range scopes {
		reader.hosts(s, names)
	}
	files := slices.Concat(reader.config.paths("userknownhostsfile"), reader.config.paths("globalknownhostsfile"))
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

// hosts adds the names that the Host lines of a file and of those that it
// includes name, whether or not a Match holds: none is evaluated, as that may
// run commands.
func (r *configReader) hosts(s scope, names map[string]bool) {
	f, err := os.Open(s.path)
	if err != nil {
		return
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxConfigLine)
	for lines.Scan() {
		name, rest := cutKeyword(lines.Text())
		args, err := splitArguments(rest)
		switch {
		case err != nil:
		case name == "host":
			addHosts(names, args)
		case name == "include" && s.depth < maxIncludes:
			for _, arg := range args {
				r.includedHosts(arg, s, names)
			}
		}
	}
}

func (r *configReader) includedHosts(arg string, s scope, names map[string]bool) {
	paths, err := r.includePaths(arg, s.user)
	if err != nil {
		return
	}
	for _, path := range paths {
		r.hosts(scope{path: path, user: s.user, depth: s.depth + 1}, names)
	}
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

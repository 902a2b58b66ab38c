package sshboot

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// PrintHosts writes the names of hosts in the configuration and in the known hosts for
// completions, sorted, one per line. Patterns, hashed names and unreadable files are
// skipped.
func PrintHosts(w io.Writer, r Request) error {
	args, err := sshconfig.ParseArgs(r.SSHCommand)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, strings.Join(hostNames(sshconfig.Resolver{Env: sshconfig.LocalEnvironment(), Args: args}), ""))
	return err
}

func hostNames(r sshconfig.Resolver) []string {
	names := map[string]bool{}
	addHosts(names, r.HostPatterns())
	config := sshconfig.New("", r.Env)
	files := slices.Concat(config.Paths("userknownhostsfile"), config.Paths("globalknownhostsfile"))
	for _, file := range files {
		known, err := sshclient.ReadKnownHosts([]string{file}, func(error) {})
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

// addHosts adds the patterns that are names. [NAME]:PORT of the known hosts becomes
// NAME:PORT, as on a command line.
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

package sshconfig

import (
	"bufio"
	"os"
)

// HostPatterns returns the arguments of the Host lines of the configuration files and the
// files they include. Match is ignored, because Match exec runs commands.
func (r Resolver) HostPatterns() (patterns []string) {
	reader := configReader{config: New("", r.Env)}
	scopes, _ := r.scopes()
	for _, s := range scopes {
		patterns = append(patterns, reader.hosts(s)...)
	}
	return patterns
}

func (r *configReader) hosts(s scope) (patterns []string) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxConfigLine)
	for lines.Scan() {
		name, rest := CutKeyword(lines.Text())
		args, err := splitArguments(rest)
		switch {
		case err != nil:
		case name == "host":
			patterns = append(patterns, args...)
		case name == "include" && s.depth < maxIncludes:
			for _, arg := range args {
				patterns = append(patterns, r.includedHosts(arg, s)...)
			}
		}
	}
	return patterns
}

func (r *configReader) includedHosts(arg string, s scope) (patterns []string) {
	paths, err := r.includePaths(arg, s.dir)
	if err != nil {
		return nil
	}
	for _, path := range paths {
		patterns = append(patterns, r.hosts(scope{path: path, dir: s.dir, depth: s.depth + 1})...)
	}
	return patterns
}

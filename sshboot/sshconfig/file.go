package sshconfig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gm/internal/hint"
)

const (
	// maxIncludes bounds the depth of Include (ssh: READCONF_MAX_DEPTH).
	maxIncludes = 16
	// maxConfigLine bounds a line of a configuration file, in bytes.
	maxConfigLine = 1 << 20
)

// configReader reads configuration files into a Config.
type configReader struct {
	ctx    context.Context // ends Match exec
	config *Config
	// final is set in the second pass, in which HostName is known.
	final bool
	// wantFinal is set by Match final, which requests a second pass.
	wantFinal bool
	// handle is called for each line with a keyword of another program; nil for ssh's.
	handle func(Line) error
}

// scope is the state of the reader in a file.
type scope struct {
	path   string
	dir    string // Include is relative to it
	active bool   // the last Host or Match line applies
	// trusted is set for files whose owner and mode are not checked. As with ssh these
	// are the file of -F and the system's, but not the files that they include.
	trusted bool
	depth   int // of Include
}

// read reads a file to its end and returns the errors of its lines as *fileErrors. A
// missing file is an error that wraps fs.ErrNotExist.
func (r *configReader) read(s scope) error {
	f, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	if !s.trusted {
		if err := checkConfigFile(f); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxConfigLine)
	outer, wrong := s.active, &fileErrors{path: s.path}
	for number := 1; lines.Scan(); number++ {
		err := r.handleLine(lines.Text(), number, &s, outer)
		_, inner := errors.AsType[*fileErrors](err)
		_, refused := errors.AsType[*hint.Error](err)
		if inner || refused {
			return err
		}
		if err != nil {
			wrong.add(number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read configuration %s: %w", s.path, err)
	}
	if wrong.count > 0 {
		return wrong
	}
	return nil
}

// readIfPossible is read, but as with ssh, a file that cannot be opened or is a directory
// counts as empty.
func (r *configReader) readIfPossible(s scope) error {
	err := r.read(s)
	unreadable, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		r.config.note(true, "%s is not read: %v", s.path, unreadable.Err)
	}
	return nil
}

// handleLine handles one line. outer reports whether the Include line of the file is
// active; if not, no line in the file is.
func (r *configReader) handleLine(line string, number int, s *scope, outer bool) error {
	name, rest := CutKeyword(line)
	switch name {
	case "host":
		patterns, err := splitArguments(rest)
		if err == nil && len(patterns) == 0 {
			err = missingArgument(name)
		}
		s.active = outer && MatchPatterns(r.config.Alias, patterns)
		return err
	case "match":
		if words, err := splitArguments(rest); err != nil {
			return err
		} else if len(words) == 0 {
			return missingArgument(name)
		}
		matched, err := r.match(rest, outer)
		s.active = outer && matched
		if err != nil {
			return configErrorf("Bad Match condition: %v", err)
		}
		return nil
	case "include":
		return r.include(rest, *s)
	}
	switch {
	case r.handle == nil:
		r.config.place = fmt.Sprintf("%s line %d", s.path, number)
		return r.config.parseLine(line, s.active)
	case name == "":
		return nil
	}
	args, err := splitArguments(rest)
	if err != nil {
		return err
	}
	return r.handle(Line{Keyword: name, Args: args, Active: s.active, Path: s.path, Number: number})
}

func (r *configReader) include(rest string, s scope) error {
	args, err := splitArguments(rest)
	if err == nil && len(args) == 0 {
		err = missingArgument("include")
	}
	if err != nil {
		return err
	}
	if s.depth == maxIncludes {
		return errors.New("too many recursive configuration includes")
	}
	for _, arg := range args {
		paths, err := r.includePaths(arg, s.dir)
		if err != nil {
			return err
		}
		for _, path := range paths {
			inner := scope{path: path, dir: s.dir, active: s.active, depth: s.depth + 1}
			if err := r.readIfPossible(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// includePaths expands an argument of Include. A relative path starts in dir.
func (r *configReader) includePaths(arg, dir string) ([]string, error) {
	env := r.config.Env
	expanded, err := r.config.expandAll(arg)
	if err != nil { // before OpenSSH 10, % was an ordinary character
		if expanded, err = r.config.ExpandEnv(arg); err != nil {
			return nil, err
		}
	}
	arg = expanded
	switch path := env.expandHome(arg); {
	case filepath.IsAbs(path):
		arg = path
	case strings.HasPrefix(arg, "~"):
		return nil, fmt.Errorf("no home for %s", arg)
	default:
		arg = filepath.Join(dir, path)
	}
	return filepath.Glob(arg)
}

package sshconfig

import (
	"errors"
	"fmt"
	"strings"
)

// configError is an error in a line of a configuration file, in ssh's words.
type configError string

func (c configError) Error() string { return string(c) }

func configErrorf(format string, args ...any) error { return configError(fmt.Sprintf(format, args...)) }

// unknownKeywordError is the error for a keyword that neither ssh nor a variant of it has.
type unknownKeywordError string

func (u unknownKeywordError) Error() string { return "Bad configuration option: " + string(u) }

func missingArgument(keyword string) error {
	return configErrorf("no argument after keyword %q", keyword)
}

// maxFileErrors bounds the number of lines of a file that are reported.
const maxFileErrors = 100

// fileErrors collects the errors of a configuration file.
type fileErrors struct {
	path    string
	lines   []string // the first maxFileErrors messages
	count   int
	unknown bool // a keyword is unknown
}

func (b *fileErrors) add(number int, err error) {
	b.count++
	_, unknown := errors.AsType[unknownKeywordError](err)
	b.unknown = b.unknown || unknown
	if len(b.lines) == maxFileErrors {
		return
	}
	b.lines = append(b.lines, LineError(b.path, number, err))
}

// LineError returns ssh's message for an error in a line of a file, or of the command line.
func LineError(path string, number int, err error) string {
	if _, unknown := errors.AsType[unknownKeywordError](err); unknown {
		return fmt.Sprintf("%s: line %d: %v", path, number, err)
	}
	return fmt.Sprintf("%s line %d: %v", path, number, err)
}

// IsLineError reports whether err is about lines of a configuration file, in ssh's words.
func IsLineError(err error) bool {
	_, ok := errors.AsType[*fileErrors](err)
	return ok
}

func (b *fileErrors) Error() string {
	return fmt.Sprintf("%s\n%s: terminating, %d bad configuration options", strings.Join(b.lines, "\n"), b.path, b.count)
}

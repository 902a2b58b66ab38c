package sshconfig

import (
	"errors"
	"fmt"
	"strings"
)

// configError is an error about a line of a configuration, in ssh's own words.
type configError string

func (c configError) Error() string { return string(c) }

// configErrorf makes a complaint.
func configErrorf(format string, args ...any) error { return configError(fmt.Sprintf(format, args...)) }

// unknownKeywordError is the complaint about a keyword that nobody knows.
type unknownKeywordError string

func (u unknownKeywordError) Error() string { return "Bad configuration option: " + string(u) }

func missingArgument(keyword string) error {
	return configErrorf("no argument after keyword %q", keyword)
}

// maxFileErrors bounds how many lines of a file are complained about.
const maxFileErrors = 100

// fileErrors is a configuration file with lines that can not be used.
type fileErrors struct {
	path    string
	lines   []string // the first of them
	count   int
	unknown bool // a keyword is
}

// add complains about a line.
func (b *fileErrors) add(number int, err error) {
	b.count++
	_, unknown := errors.AsType[unknownKeywordError](err)
	b.unknown = b.unknown || unknown
	if len(b.lines) == maxFileErrors {
		return
	}
	format := "%s line %d: %v"
	if unknown {
		format = "%s: line %d: %v"
	}
	b.lines = append(b.lines, fmt.Sprintf(format, b.path, number, err))
}

// Error gives a line for each complaint, as ssh does.
func (b *fileErrors) Error() string {
	return fmt.Sprintf("%s\n%s: terminating, %d bad configuration options", strings.Join(b.lines, "\n"), b.path, b.count)
}

package sshconfig

import (
	"errors"
	"fmt"
	"strings"
)

// complaint is an error about a line of a configuration, in ssh's own words.
type complaint string

func (c complaint) Error() string { return string(c) }

// complain makes a complaint.
func complain(format string, args ...any) error { return complaint(fmt.Sprintf(format, args...)) }

// unknownKeyword is the complaint about a keyword that nobody knows.
type unknownKeyword string

func (u unknownKeyword) Error() string { return "Bad configuration option: " + string(u) }

func noArgument(keyword string) error { return complain("no argument after keyword %q", keyword) }

// maxComplaints bounds how many lines of a file are complained about.
const maxComplaints = 100

// badFile is a configuration file with lines that can not be used.
type badFile struct {
	path       string
	complaints []string // the first of them
	count      int
	unknown    bool // a keyword is
}

// add complains about a line.
func (b *badFile) add(number int, err error) {
	b.count++
	_, unknown := errors.AsType[unknownKeyword](err)
	b.unknown = b.unknown || unknown
	if len(b.complaints) == maxComplaints {
		return
	}
	format := "%s line %d: %v"
	if unknown {
		format = "%s: line %d: %v"
	}
	b.complaints = append(b.complaints, fmt.Sprintf(format, b.path, number, err))
}

// Error gives a line for each complaint, as ssh does.
func (b *badFile) Error() string {
	return fmt.Sprintf("%s\n%s: terminating, %d bad configuration options", strings.Join(b.complaints, "\n"), b.path, b.count)
}

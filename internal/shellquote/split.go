package shellquote

import (
	"errors"
	"strings"
)

// Split splits a command line into words as a POSIX shell does: with quotes
// and backslashes, without expansions (POSIX XCU, 2.2).
func Split(line string) ([]string, error) {
	s := shellSplitter{}
	for _, c := range line {
		s.next(c)
	}
	if s.quote != 0 || s.escaped {
		return nil, errors.New("a quote is not closed")
	}
	s.end()
	return s.words, nil
}

type shellSplitter struct {
	words   []string
	word    strings.Builder
	started bool // word is part of the line, even if empty
	escaped bool // after a backslash
	quote   rune // the open quote, or 0
}

func (s *shellSplitter) next(c rune) {
	switch {
	case s.escaped:
		if s.quote == '"' && !strings.ContainsRune("$`\"\\", c) {
			s.add('\\')
		}
		s.escaped = false
		s.add(c)
	case c == '\\' && s.quote != '\'':
		s.escaped, s.started = true, true
	case c == s.quote && c != 0:
		s.quote = 0
	case s.quote == 0 && (c == '\'' || c == '"'):
		s.quote, s.started = c, true
	case s.quote == 0 && strings.ContainsRune(" \t\n", c):
		s.end()
	default:
		s.add(c)
	}
}

func (s *shellSplitter) add(c rune) {
	s.word.WriteRune(c)
	s.started = true
}

func (s *shellSplitter) end() {
	if s.started {
		s.words = append(s.words, s.word.String())
		s.word.Reset()
		s.started = false
	}
}

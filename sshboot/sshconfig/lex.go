package sshconfig

import "strings"

const blanks = " \t\r\n\f"

var errQuotes error = configError("invalid quotes")

// CutKeyword splits a line of ssh_config into the keyword, in lower case, and the rest.
// One = may separate the two. The keyword of blank lines and comments is empty.
func CutKeyword(line string) (keyword, rest string) {
	line = strings.Trim(line, blanks)
	if line == "" || line[0] == '#' {
		return "", ""
	}
	keyword, rest, _ = cutWord(line)
	return strings.ToLower(keyword), rest
}

func cutWord(s string) (word, rest string, err error) {
	s = strings.TrimLeft(s, blanks)
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		word, rest, ok = strings.Cut(quoted, `"`)
		if !ok {
			return "", "", errQuotes
		}
		return word, trimSeparator(rest), nil
	}
	end := strings.IndexAny(s, blanks+`="`)
	if end < 0 {
		return s, "", nil
	}
	return s[:end], trimSeparator(s[end:]), nil
}

func trimSeparator(s string) string {
	s = strings.TrimLeft(s, blanks)
	if rest, ok := strings.CutPrefix(s, "="); ok {
		s = strings.TrimLeft(rest, blanks)
	}
	return s
}

// splitArguments splits the rest of a line into arguments at blanks. Single and double
// quotes group; a backslash escapes a quote, a backslash and, outside quotes, a space. A #
// at the beginning of an argument starts a comment.
func splitArguments(s string) ([]string, error) { return splitLine(s, true) }

// SplitWords is splitArguments for commands, in which # does not start a comment.
func SplitWords(s string) ([]string, error) { return splitLine(s, false) }

func splitLine(s string, comments bool) ([]string, error) {
	var args []string
	for i := 0; i < len(s); {
		switch {
		case s[i] == ' ' || s[i] == '\t':
			i++
		case s[i] == '#' && comments:
			return args, nil
		default:
			arg, n, err := oneArgument(s[i:])
			if err != nil {
				return nil, err
			}
			args = append(args, arg)
			i += n
		}
	}
	return args, nil
}

func oneArgument(s string) (arg string, n int, err error) {
	var b strings.Builder
	quote := byte(0)
	for ; n < len(s); n++ {
		c := s[n]
		switch {
		case c == '\\' && n+1 < len(s) && escapable(s[n+1], quote):
			n++
			b.WriteByte(s[n])
		case quote == 0 && (c == ' ' || c == '\t'):
			return b.String(), n, nil
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote && quote != 0:
			quote = 0
		default:
			b.WriteByte(c)
		}
	}
	if quote != 0 {
		return "", n, errQuotes
	}
	return b.String(), n, nil
}

func escapable(c, quote byte) bool {
	return c == '\'' || c == '"' || c == '\\' || quote == 0 && c == ' '
}

// Package shellquote quotes words for the shells of other machines, and splits command
// lines into words. Which quoting is
// needed depends on whether the shell is known.
package shellquote

import (
	"fmt"
	"strings"
)

// safeInShell are the bytes without special meaning in every shell.
const safeInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"

// Quote quotes s as one word for a POSIX shell. s must not contain NUL.
func Quote(s string) string {
	if s != "" && strings.Trim(s, safeInShell) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// literals are variables of sh for the bytes that shells treat differently, with their
// octal codes.
var literals = []struct{ text, name, code string }{
	{"\n", "_nl", "012"}, {"'", "_qu", "047"}, {`\`, "_bs", "134"}, {"!", "_ex", "041"},
}

// Literals returns the assignments of the variables that words quoted by QuoteLine use.
// (Command substitution removes newlines at the end, hence the x.)
func Literals(words string) string {
	var b strings.Builder
	for _, l := range literals {
		if strings.Contains(words, "${"+l.name+"}") {
			fmt.Fprintf(&b, `%[1]s=$(printf "\%[2]sx");%[1]s=${%[1]s%%x};`, l.name, l.code)
		}
	}
	return b.String()
}

// QuoteLine is like Quote, but its result has no newline and no other byte that a login
// shell may interpret within single quotes. It uses the variables of Literals instead.
func QuoteLine(s string) string {
	if s != "" && strings.Trim(s, safeInShell) == "" {
		return s
	}
	replace := []string{`"`, `\"`, "$", `\$`, "`", "\\`"}
	for _, l := range literals {
		replace = append(replace, l.text, "${"+l.name+"}")
	}
	return `"` + strings.NewReplacer(replace...).Replace(s) + `"`
}

// QuoteAny quotes s as one word for sh, bash, zsh, csh, tcsh, fish and busybox. If s
// contains none of the bytes in literals, the result is also one word for any other shell
// in which single quotes quote all bytes. Quotes, exclamation marks (csh's history) and
// backslashes before one of these (fish unescapes \' and \\ within quotes) are placed
// outside of the quotes, after a backslash. s must not contain NUL or, because of csh, a
// newline.
func QuoteAny(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := range len(s) {
		c := s[i]
		ends := i+1 == len(s) || strings.IndexByte(`'\!`, s[i+1]) >= 0
		if c == '\'' || c == '!' || c == '\\' && ends {
			b.WriteString(`'\`)
			b.WriteByte(c)
			b.WriteByte('\'')
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// Package shellquote quotes words for the shells of other machines. Which quoting is
// needed depends on whether the shell is known.
package shellquote

import (
	"fmt"
	"strings"
)

// safeInShell are the bytes that no shell gives a meaning to.
const safeInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"

// Quote makes one word of a POSIX shell out of s, which may hold anything
// but NUL.
func Quote(s string) string {
	if s != "" && strings.Trim(s, safeInShell) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// literals are variables of the host's sh for the bytes that shells disagree
// about, and their octal codes.
var literals = []struct{ text, name, code string }{
	{"\n", "_nl", "012"}, {"'", "_qu", "047"}, {`\`, "_bs", "134"}, {"!", "_ex", "041"},
}

// Literals sets the variables that words of QuoteLine use. (A command
// substitution loses newlines at its end.)
func Literals(words string) string {
	var b strings.Builder
	for _, l := range literals {
		if strings.Contains(words, "${"+l.name+"}") {
			fmt.Fprintf(&b, `%[1]s=$(printf "\%[2]sx");%[1]s=${%[1]s%%x};`, l.name, l.code)
		}
	}
	return b.String()
}

// QuoteLine is Quote without a newline or anything else in its result
// that a login shell may take for more than a byte within single quotes: a
// variable stands for each, which Literals sets.
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

// QuoteAny makes one word out of s that sh, bash, zsh, csh, tcsh, fish and
// busybox read alike, and, if it has nothing of literals in it, any shell in
// which text in single quotes stands for itself. Quotes, exclamation marks
// (csh's history) and backslashes before one of these (fish takes \' and \\ in
// quotes for one byte) stand outside of quotes, after a backslash. s must not
// hold NUL or, because of csh, a newline.
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

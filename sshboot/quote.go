package sshboot

import "strings"

// safeInShell are the bytes that no shell gives a meaning to.
const safeInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"

// quoteShell makes one word of a POSIX shell out of s, which may hold anything
// but NUL.
func quoteShell(s string) string {
	if s != "" && strings.Trim(s, safeInShell) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// newlineVariable sets the variable that quoteShellLine uses for a newline.
const newlineVariable = `_nl=$(printf '\nx');_nl=${_nl%x};`

// quoteShellLine is quoteShell without a newline in its result: the variable _nl
// stands for each.
func quoteShellLine(s string) string {
	return strings.ReplaceAll(quoteShell(s), "\n", `'"$_nl"'`)
}

// quoteAnyShell makes one word out of s that sh, bash, zsh, csh, tcsh, fish and
// busybox read alike. Quotes, backslashes and exclamation marks (csh's history)
// stand outside of quotes, after a backslash. s must not hold NUL or, because
// of csh, a newline.
func quoteAnyShell(s string) string {
	return "'" + strings.NewReplacer(`'`, `'\''`, `\`, `'\\'`, `!`, `'\!'`).Replace(s) + "'"
}

package sshconfig

import "strings"

// MatchPattern matches s against a pattern of ssh_config(5), PATTERNS: * is any
// run of characters, ? any one.
func MatchPattern(s, pattern string) bool {
	star, resume := -1, 0 // where the last * stood, and how far s went then
	i, p := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			i++
			p++
		case star >= 0:
			resume++
			i, p = resume, star+1
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// MatchPatterns matches s against patterns of which some may be negated by !.
// A negated pattern that matches decides at once.
func MatchPatterns(s string, patterns []string) bool {
	found := false
	for _, pattern := range patterns {
		if negated, ok := strings.CutPrefix(pattern, "!"); ok {
			if MatchPattern(s, negated) {
				return false
			}
		} else if MatchPattern(s, pattern) {
			found = true
		}
	}
	return found
}

// matchAny matches s against patterns separated by commas.
func matchAny(patterns, s string) bool { return MatchPatterns(s, strings.Split(patterns, ",")) }

package sshconfig

import "strings"

// MatchPattern reports whether s matches a pattern of ssh_config(5), PATTERNS: * matches
// any run of characters, ? any one.
func MatchPattern(s, pattern string) bool {
	star, resume := -1, 0 // positions of the last * in pattern, and in s at that time
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

// MatchPatterns reports whether s matches one of the patterns. If it matches a pattern
// that is negated by !, it does not match at all.
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

func matchAny(patterns, s string) bool { return MatchPatterns(s, strings.Split(patterns, ",")) }

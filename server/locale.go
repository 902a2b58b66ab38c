//go:build unix

package server

import "strings"

// fallbackCharset is a locale with UTF-8 and no language.
const fallbackCharset = "C.UTF-8"

// withUTF8 returns an environment whose locale is UTF-8: env, or else env with the
// variables that the client sent, or else with another LC_CTYPE alone. It looks at
// names only and does not check that the host has the locale.
func withUTF8(env, client []string) []string {
	if isUTF8(env) {
		return env
	}
	for _, v := range client {
		if name, _, ok := strings.Cut(v, "="); ok && name != "" {
			env = setenv(env, v)
		}
	}
	if isUTF8(env) {
		return env
	}
	if all := getenv(env, "LC_ALL"); all != "" {
		// LC_ALL overrides LC_CTYPE. LANG with nothing beside it means the
		// same for all the other categories.
		env = without(env, func(name string) bool { return strings.HasPrefix(name, "LC_") })
		env = setenv(env, "LANG="+all)
	}
	return setenv(env, "LC_CTYPE="+fallbackCharset)
}

// isUTF8 reports whether the character set of env's locale is UTF-8. LC_ALL is used
// before LC_CTYPE before LANG, and empty ones are ignored (POSIX.1, chapter 8.2).
func isUTF8(env []string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(env, name); locale != "" {
			return namesUTF8(locale)
		}
	}
	return false
}

// namesUTF8 reports whether the charset of a locale is UTF-8. Its form is
// language_TERRITORY.charset@modifier, or the charset alone as on macOS.
func namesUTF8(locale string) bool {
	locale, _, _ = strings.Cut(locale, "@")
	charset := locale[strings.LastIndexByte(locale, '.')+1:]
	return strings.EqualFold(charset, "UTF-8") || strings.EqualFold(charset, "UTF8")
}

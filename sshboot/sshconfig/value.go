package sshconfig

import (
	"strconv"
	"strings"
	"time"
)

// values checks the arguments of a keyword, which are the rest of its line, and returns them in
// the form in which ssh -G prints them.
func (k keyword) values(rest string) ([]string, error) {
	if k.kind == kindCommand {
		rest = strings.TrimLeft(rest, blanks+"=")
		if rest == "" {
			return nil, missingArgument(k.name)
		}
		return []string{rest}, nil
	}
	args, err := splitArguments(rest)
	if err != nil {
		return nil, err
	}
	if k.check != nil {
		if err := k.check(k.name, args); err != nil {
			return nil, err
		}
	}
	if k.parse != nil {
		return k.parse(k.name, args)
	}
	switch k.kind {
	case kindWords, kindMultiWord, kindIgnored:
		return args, nil
	case kindAgent:
		return parseAgentMode(args)
	}
	switch {
	case len(args) == 0 || args[0] == "":
		return nil, configError("Missing argument.")
	case len(args) > 1:
		return nil, configErrorf("keyword %s extra arguments at end of line", k.name)
	}
	value, err := k.parseOne(args[0])
	return []string{value}, err
}

func (k keyword) parseOne(arg string) (string, error) {
	switch k.kind {
	case kindFlag:
		return choose("yes no true=yes false=no", arg)
	case kindChoice:
		return choose(k.choices, arg)
	case kindNumber:
		if n, err := strconv.ParseUint(arg, 10, 31); err == nil {
			return strconv.FormatUint(n, 10), nil
		}
		return "", configError("integer value invalid.")
	case kindPort:
		n, err := ParsePort(arg)
		if err != nil {
			return "", configErrorf("Bad port '%s'.", arg)
		}
		return strconv.Itoa(n), nil
	case kindDuration:
		return parseDuration(arg)
	}
	return arg, nil
}

func choose(choices, arg string) (string, error) {
	for choice := range strings.FieldsSeq(choices) {
		name, value, isAlias := strings.Cut(choice, "=")
		if !strings.EqualFold(name, arg) {
			continue
		}
		if isAlias {
			return value, nil
		}
		return name, nil
	}
	return "", configErrorf("unsupported option \"%s\".", arg)
}

func parseAgentMode(args []string) ([]string, error) {
	modes := make([]string, len(args))
	for i, arg := range args {
		mode, err := choose(boolChoices+" ask confirm", arg)
		if err != nil {
			mode, err = parseDuration(arg)
		}
		if err != nil || i > 1 || i == 1 && modes[0] != "confirm" {
			return nil, configError("unsupported option")
		}
		modes[i] = mode
	}
	return modes, nil
}

// maxSeconds is the longest duration that ssh accepts, in seconds.
const maxSeconds = 1<<31 - 1

// parseDuration parses the time formats of sshd_config(5). It returns seconds, or "none".
func parseDuration(s string) (string, error) {
	if strings.EqualFold(s, "none") {
		return "none", nil
	}
	invalid := configError("invalid time value.")
	units := map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}
	total := int64(0)
	for rest := s; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 32)
		if err != nil {
			return "", invalid
		}
		unit := int64(1)
		rest = rest[digits:]
		if rest != "" {
			var ok bool
			if unit, ok = units[rest[0]|0x20]; !ok {
				return "", invalid
			}
			rest = rest[1:]
		}
		if total += n * unit; total > maxSeconds {
			return "", invalid
		}
	}
	if s == "" {
		return "", invalid
	}
	return strconv.FormatInt(total, 10), nil
}

// Seconds converts a value of kindDuration, 0 for none.
func Seconds(value string) time.Duration {
	n, _ := strconv.ParseInt(value, 10, 64) // 0 for "none"
	return time.Duration(n) * time.Second
}

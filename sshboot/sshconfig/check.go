package sshconfig

import "strings"

// Checks of arguments beyond those of the kind of a keyword. The messages are ssh's.

func checkNone(name string, args []string) error {
	for _, arg := range args {
		switch {
		case arg == "":
			return configErrorf("keyword %s empty argument", name)
		case strings.EqualFold(arg, "none") && len(args) > 1:
			return configErrorf("keyword %s \"none\" argument must appear alone.", name)
		}
	}
	return nil
}

func checkCNAMEs(name string, args []string) error {
	for _, arg := range args {
		if !strings.EqualFold(arg, "none") && !strings.Contains(arg, ":") {
			return configErrorf("Invalid permitted CNAME \"%s\"", arg)
		}
	}
	return checkNone(name, args)
}

func checkLogLevel(_ string, args []string) error {
	if len(args) == 1 {
		if _, err := choose(logLevels, args[0]); err != nil {
			return configErrorf("unsupported log level '%s'", args[0])
		}
	}
	return nil
}

func checkVariables(_ string, args []string) error {
	for _, arg := range args {
		if strings.IndexByte(arg, '=') <= 0 {
			return configError("Invalid SetEnv.")
		}
	}
	return nil
}

func checkVariableNames(_ string, args []string) error {
	for _, arg := range args {
		if arg == "" || strings.ContainsRune(arg, '=') {
			return configError("Invalid environment name.")
		}
	}
	return nil
}

func checkJumps(_ string, args []string) error {
	if len(args) > 0 && !ValidJump(args[0]) {
		return configErrorf("Invalid ProxyJump \"%s\"", args[0])
	}
	return nil
}

// ValidJump reports whether s is an argument of ProxyJump.
func ValidJump(s string) bool {
	if strings.EqualFold(s, "none") {
		return true
	}
	for jump := range strings.SplitSeq(s, ",") {
		if d, err := splitDestination(strings.TrimSpace(jump)); err != nil || d.Host == "" {
			return false
		}
	}
	return true
}

//go:build unix

package server

import "strings"

// getopt parses a command line as getopt(3) does with GNU's reordering: options may be
// clustered (-sv), their values attached (-p60001) or separate, and other words may be
// between them. known lists the letters of all options, takesValue those with a value.
// getopt calls visit for each option, complain for each error, and returns the other
// words.
func getopt(args []string, known, takesValue string, visit func(option byte, value string), complain func(format string, a ...any)) (words []string) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if len(arg) < 2 || arg[0] != '-' {
			words = append(words, arg)
			continue
		}
		for i := 1; i < len(arg); i++ {
			option := arg[i]
			switch {
			case strings.IndexByte(known, option) < 0:
				complain("unknown option -- %q", option)
			case strings.IndexByte(takesValue, option) < 0:
				visit(option, "")
			case i+1 < len(arg):
				visit(option, arg[i+1:])
				i = len(arg)
			case len(args) > 0:
				visit(option, args[0])
				args = args[1:]
			default:
				complain("option requires a value -- %q", option)
			}
		}
	}
	return words
}

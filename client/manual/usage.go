package manual

import (
	"fmt"
	"strings"
)

// usageWidth is the column of the descriptions in --help.
const usageWidth = 28

// Usage returns the output of --help: the most common options, which fit on a screen
// of 80x24. program is the name under which gm runs.
func Usage(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %[1]s [options] [--] [user@]host[:port] [command...]\n"+
		"       %[1]s [options] --local [command...]\n", program)
	options := moshOptions()
	if program != "mosh" {
		options = Options()
		fmt.Fprintf(&b, "       %[1]s ls [host...], %[1]s attach|detach|kill host [name...], %[1]s doctor [host]\n", program)
	}
	b.WriteByte('\n')
	for _, o := range options {
		if o.Brief != "" {
			fmt.Fprintf(&b, "  %-*s%s\n", usageWidth-2, o.names(), o.Brief)
		}
	}
	b.WriteString("\nIn a session, Ctrl-^ is the escape key: Ctrl-^ . quits, Ctrl-^ Ctrl-Z suspends.\n" +
		"gm help options lists all options, gm help lists all topics of the manual.\n")
	return b.String()
}

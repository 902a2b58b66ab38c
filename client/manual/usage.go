package manual

import (
	"fmt"
	"strings"
)

// usageWidth is the column in --help where what an option does begins.
const usageWidth = 28

// Usage is what --help prints: the options most used, on one screen of 80x24.
// program is what gm was called by.
func Usage(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %[1]s [options] [--] [user@]host[:port] [command...]\n"+
		"       %[1]s [options] --local [command...]\n\n", program)
	for _, o := range Options() {
		if o.Brief != "" {
			fmt.Fprintf(&b, "  %-*s%s\n", usageWidth-2, o.names(), o.Brief)
		}
	}
	b.WriteString("\nIn a session Ctrl-^ is the escape key: Ctrl-^ . quits, Ctrl-^ Ctrl-Z suspends.\n" +
		"gm help options has all options, gm help lists what else there is to read.\n")
	return b.String()
}

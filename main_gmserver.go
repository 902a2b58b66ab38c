//go:build gmserver

// Command gm in its server-only build, which is uploaded to hosts of other
// platforms. It contains neither the client nor SSH.
package main

import (
	"os"

	"gm/server"
)

func main() { os.Exit(run(os.Args)) }

// run accepts "server" with a verb as the full program does, and the command line of
// mosh-server, which has the verb "new" alone, under any name.
func run(argv []string) int {
	flushAsAsked()
	args := argv[1:]
	if len(args) > 0 && args[0] == "server" {
		args = args[1:]
		if len(args) > 0 && server.IsVerb(args[0]) {
			return server.MainVerb(version(), args)
		}
	}
	return server.Main(version(), args)
}

//go:build gmserver

// Command gm in its server-only build, which is uploaded to hosts of other
// platforms. It contains neither the client nor SSH.
package main

import (
	"os"

	"gm/server"
)

func main() { os.Exit(run(os.Args)) }

// run accepts "server new ..." as the full program does, and the command line of
// mosh-server under any name.
func run(argv []string) int {
	flushAsAsked()
	args := argv[1:]
	if len(args) > 0 && args[0] == "server" {
		args = args[1:]
	}
	return server.Main(version(), args)
}

//go:build gmserver

// Command gm, in its server-only build: what is put on a host of another
// platform. It has no client and no SSH.
package main

import (
	"os"

	"gm/server"
)

func main() { os.Exit(run(os.Args)) }

// run takes "server new ..." as the full program does, and mosh-server's own
// command line under any name.
func run(argv []string) int {
	flushAsAsked()
	args := argv[1:]
	if len(args) > 0 && args[0] == "server" {
		args = args[1:]
	}
	return server.Main(version(), args)
}

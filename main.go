//go:build !gmserver

// Command gm is a roaming shell: mosh's protocol, with its own SSH.
package main

import (
	"os"
	"path/filepath"

	"gm/client"
	"gm/server"
)

func main() { os.Exit(run(os.Args)) }

// run chooses the program by the name it was called by, then by the first
// argument. "server new", "help" and, with MOSH_KEY set, "client IP PORT" are
// the only words that are not a host's name.
func run(argv []string) int {
	flushAsAsked()
	args := argv[1:]
	switch filepath.Base(argv[0]) {
	case "mosh-server":
		return server.Main(version(), args)
	case "mosh-client":
		return client.MainMoshClient(version(), args)
	case "mosh":
		return client.Main("mosh", version(), args)
	}
	switch {
	case len(args) >= 2 && args[0] == "server" && args[1] == "new":
		return server.Main(version(), args[1:])
	case len(args) == 3 && args[0] == "client" && os.Getenv("MOSH_KEY") != "":
		return client.MainMoshClient(version(), args[1:])
	case len(args) > 0 && args[0] == "help":
		return client.Help(args[1:])
	}
	return client.Main("gm", version(), args)
}

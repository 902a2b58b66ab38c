//go:build !gmserver

// Command gm is a roaming shell: mosh's protocol, with its own SSH.
package main

import (
	"os"
	"path/filepath"
	"strings"

	"gm/client"
	"gm/client/gmssh"
	"gm/server"
)

func main() { os.Exit(run(os.Args)) }

// run runs the program that the base name of argv[0] or the first arguments select,
// and returns its exit status. "server" with a verb, "help" and, if MOSH_KEY is set,
// "client IP PORT" are commands; any other first argument is an option or a host.
func run(argv []string) int {
	flushAsAsked()
	args := argv[1:]
	switch strings.TrimSuffix(filepath.Base(argv[0]), ".exe") {
	case "mosh-server":
		return server.Main(version(), args)
	case "mosh-client":
		return client.MainMoshClient(version(), args)
	case "gmssh", "ssh":
		return gmssh.Main(version(), argv)
	case "mosh":
		return client.Main("mosh", version(), args)
	}
	switch {
	case len(args) >= 2 && args[0] == "server" && server.IsVerb(args[1]):
		return server.MainVerb(version(), args[1:])
	case len(args) == 3 && args[0] == "client" && os.Getenv("MOSH_KEY") != "":
		return client.MainMoshClient(version(), args[1:])
	case len(args) > 0 && args[0] == "help":
		return client.Help(args[1:])
	}
	return client.Main("gm", version(), args)
}

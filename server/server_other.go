//go:build !unix

package server

import (
	"errors"
	"fmt"
	"os"
)

// Main prints an error and returns 1: the platform has no ptys.
func Main(version string, args []string) int {
	fmt.Fprintf(os.Stderr, "gm: start the server: %v\n", errors.ErrUnsupported)
	return 1
}

// MainVerb prints an error and returns 1: the platform has no sessions.
func MainVerb(version string, args []string) int {
	if args[0] == verbNew {
		return Main(version, args)
	}
	fmt.Printf("GM ERROR sessions on this machine: %v\n", errors.ErrUnsupported)
	fmt.Fprintf(os.Stderr, "gm: sessions on this machine: %v\n", errors.ErrUnsupported)
	return 1
}

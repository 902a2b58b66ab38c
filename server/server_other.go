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

// MainVerb lists no sessions, as the platform has none. With other verbs it prints an
// error and returns 1.
func MainVerb(version string, args []string) int {
	switch args[0] {
	case verbNew:
		return Main(version, args)
	case verbList:
		return 0
	}
	fmt.Printf("GM ERROR sessions on this machine: %v\n", errors.ErrUnsupported)
	fmt.Fprintf(os.Stderr, "gm: sessions on this machine: %v\n", errors.ErrUnsupported)
	return 1
}

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

//go:build !linux

package payload

import (
	"io"
	"os"
)

// openSelf opens the file that the running program was started from.
func openSelf() (io.ReadCloser, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

//go:build !linux

package payload

import (
	"io"
	"os"
)

func openSelf() (io.ReadCloser, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

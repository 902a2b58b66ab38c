//go:build !unix

package controlsocket

import (
	"errors"
	"net"
	"os"
)

// file is a file of another process.
type file struct{ *os.File }

var errNoFiles = errors.New("this system passes no files to other processes")

func sendFiles(net.Conn, []*os.File) error { return errNoFiles }

func receiveFiles(net.Conn, int) ([]*file, error) { return nil, errNoFiles }

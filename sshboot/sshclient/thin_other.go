//go:build !linux

package sshclient

import "net"

// retryEvenly does nothing: the system has no such option.
func retryEvenly(net.Conn) {}

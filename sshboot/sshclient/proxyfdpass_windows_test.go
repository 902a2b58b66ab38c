//go:build e2e

package sshclient

import (
	"os/exec"
	"testing"
)

func TestProxyUseFdpass(t *testing.T) {
	if conn, err := receiveConn(t.Context(), exec.Command("cmd")); err == nil {
		t.Error(conn)
	}
}

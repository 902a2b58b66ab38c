//go:build !unix

package server

import (
	"errors"

	"gm/wire"
	"gm/wire/udp"
)

// handover is never made: the platform has no ptys to serve.
type handover struct {
	conn *udp.Conn
	key  wire.Key
}

func (h *handover) answer(err error) error { return err }

func inherited() (h handover, second bool, err error) { return handover{}, false, nil }

func detach(conn *udp.Conn, key *wire.Key, verbose bool, launcher []string) (pid int, err error) {
	return 0, errors.ErrUnsupported
}

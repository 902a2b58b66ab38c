package forward

import (
	"errors"
	"strconv"
	"strings"

	"gm/wire/stream"
)

// Kinds of streams (doc/protocol.md, 11.14).
const (
	KindConnect  = 1 // by the client: the server connects to the target
	KindListen   = 2 // by the client: the server listens as long as the stream is open
	KindAccepted = 3 // by the server: a connection that a listener accepted
	KindProgram  = 4 // by the client: standard input and output of the program
	KindErrors   = 5 // by the client: standard error of the program
	KindExec     = 7 // by the client: a program beside the session's
)

// Codes of RESET. Those below 16 are SSH's (RFC 4254, 5.1).
const (
	CodeProhibited  = 1
	CodeFailed      = 2
	CodeUnknownKind = 3
	CodeShortage    = 4
	CodeReset       = 16 // the connection was reset
	CodeCancelled   = 17 // the end that resets has no more use for the stream
)

// Texts of RESET, in OpenSSH's words.
const (
	textProhibited  = "administratively prohibited: open failed"
	textUnknownKind = "unknown channel type: open failed"
	textShortage    = "resource shortage: open failed"
	textReset       = "Connection reset by peer"
	textBadTarget   = "connect failed: malformed target"
)

var errBadTarget = errors.New("malformed target")

// The first fields of targets.
const (
	kindTCP   = "tcp"
	kindUnix  = "unix"
	kindAgent = "agent"
	kindX11   = "x11"
)

// unlinkFirst is the field of a Unix socket that replaces another; else the field is empty.
const unlinkFirst = "unlink"

// connected is the byte with which the server confirms a stream of KindConnect.
const connected = 0

func target(fields ...string) []byte { return []byte(strings.Join(fields, "\x00")) }

func fields(s *stream.Stream) []string { return strings.Split(string(s.Target), "\x00") }

// parsePort parses the decimal number of a port; least is 0 or 1.
func parsePort(text string, least int) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= maxPort
}

const maxPort = 65535

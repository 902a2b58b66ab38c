package control

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	statusLine = "GM STATUS "

	// maxLine is the length of the longest line, in bytes. The bootstrap cuts
	// longer ones (protocol, section 10.4).
	maxLine = 4096
)

var lineEncoding = base64.RawStdEncoding.Strict()

// AppendLine appends the status as a line of text:
//
//	GM STATUS BASE64
//
// BASE64 is the message. The last of the clients are left out if the line would have more
// than 4096 bytes.
func (s Status) AppendLine(dst []byte) []byte {
	const room = (maxLine - len(statusLine) - 1) / 4 * 3
	message := s.append(nil)
	for len(message) > room && len(s.Clients) > 0 {
		s.Clients = s.Clients[:min(len(s.Clients), maxClients)-1]
		message = s.append(message[:0])
	}
	dst = append(dst, statusLine...)
	return append(lineEncoding.AppendEncode(dst, message), '\n')
}

// ParseLine parses a line of AppendLine, with or without its line end. ok reports whether
// it is one. The error describes a line that begins like one and is malformed.
func ParseLine(line string) (s Status, ok bool, err error) {
	text, is := strings.CutPrefix(strings.TrimRight(line, "\r\n"), statusLine)
	if !is {
		return Status{}, false, nil
	}
	message, err := lineEncoding.DecodeString(text)
	if err == nil {
		err = s.parse(message)
	}
	if err != nil {
		return Status{}, false, fmt.Errorf("read GM STATUS: %w", err)
	}
	return s, true, nil
}

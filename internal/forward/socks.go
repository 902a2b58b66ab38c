package forward

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"

	"gm/wire/stream"
)

// maxSOCKS bounds the messages of a SOCKS client: those of version 4a with a user and a name of
// 255 bytes each. parse refuses longer ones.
const maxSOCKS = 1 + 1 + 2 + 4 + 2*(maxSOCKSText+1)

// maxSOCKSText bounds a user and a name (RFC 1928, 5).
const maxSOCKSText = 255

// Fields of SOCKS messages (RFC 1928; SOCKS 4 and 4a).
const (
	socksConnect    = 1
	socksIPv4       = 1
	socksName       = 3
	socksIPv6       = 4
	socksNoAuth     = 0
	socksNoMethod   = 0xff
	socks4Granted   = 90
	socks4Rejected  = 91
	socksSucceeded  = 0
	socksFailure    = 1
	socksNotAllowed = 2
	socksRefused    = 5
	socksNoCommand  = 7
	socksNoAddress  = 8
)

var (
	errShort = errors.New("request is not complete")
	errSOCKS = errors.New("malformed SOCKS request")
)

// socksRequest parses the messages of a SOCKS client. The zero value is at the first one.
type socksRequest struct {
	version byte    // of the request; 0 until the method of version 5 was chosen
	to      Address // of the request
}

// parse parses one message at the start of data, and returns its length and the answer to it.
// done reports whether it was the request. The error is errShort while bytes are missing.
func (q *socksRequest) parse(data []byte) (n int, answer []byte, done bool, err error) {
	switch {
	case len(data) == 0:
		return 0, nil, false, errShort
	case q.version == 5:
		n, answer, err = q.parse5(data)
		return n, answer, err == nil, err
	case data[0] == 4:
		n, answer, err = q.parse4(data)
		return n, answer, err == nil, err
	case data[0] == 5:
		n, answer, err = q.parseMethods(data)
		return n, answer, false, err
	}
	return 0, nil, false, errSOCKS
}

func (q *socksRequest) parse4(data []byte) (n int, answer []byte, err error) {
	if len(data) < 8 {
		return 0, nil, errShort
	}
	q.version = 4
	if data[1] != socksConnect {
		return 0, q.reply(socksNoCommand), errSOCKS
	}
	n = 8
	text := func() (string, error) {
		end := bytes.IndexByte(data[n:], 0)
		switch {
		case end > maxSOCKSText, end < 0 && len(data)-n > maxSOCKSText:
			return "", errSOCKS
		case end < 0:
			return "", errShort
		}
		s := string(data[n : n+end])
		n += end + 1
		return s, nil
	}
	if _, err := text(); err != nil { // the user
		return 0, nil, err
	}
	ip := [4]byte(data[4:8])
	q.to = Address{Host: netip.AddrFrom4(ip).String(), Port: int(binary.BigEndian.Uint16(data[2:]))}
	if ip[0] == 0 && ip[1] == 0 && ip[2] == 0 && ip[3] != 0 {
		if q.to.Host, err = text(); err != nil {
			return 0, nil, err
		}
	}
	return n, nil, q.checkTarget()
}

// parseMethods parses the first message of version 5 (RFC 1928, 3).
func (q *socksRequest) parseMethods(data []byte) (n int, answer []byte, err error) {
	if len(data) < 2 || len(data) < 2+int(data[1]) {
		return 0, nil, errShort
	}
	n = 2 + int(data[1])
	if !bytes.Contains(data[2:n], []byte{socksNoAuth}) {
		return n, []byte{5, socksNoMethod}, errSOCKS
	}
	q.version = 5
	return n, []byte{5, socksNoAuth}, nil
}

// parse5 parses a request of version 5 (RFC 1928, 4 and 5).
func (q *socksRequest) parse5(data []byte) (n int, answer []byte, err error) {
	if len(data) < 5 {
		return 0, nil, errShort
	}
	length, start := 0, 4
	switch data[3] {
	case socksIPv4:
		length = 4
	case socksIPv6:
		length = 16
	case socksName:
		length, start = int(data[4]), 5
	}
	switch n = start + length + 2; {
	case data[0] != 5:
		return 0, nil, errSOCKS
	case data[1] != socksConnect:
		return 0, q.reply(socksNoCommand), errSOCKS
	case data[3] != socksName && length == 0:
		return 0, q.reply(socksNoAddress), errSOCKS
	case len(data) < n:
		return 0, nil, errShort
	}
	host := data[start : start+length]
	q.to = Address{Host: string(host), Port: int(binary.BigEndian.Uint16(data[n-2:]))}
	if data[3] != socksName {
		ip, _ := netip.AddrFromSlice(host)
		q.to.Host = ip.String()
	}
	return n, nil, q.checkTarget()
}

func (q *socksRequest) checkTarget() error {
	if q.to.Host == "" || q.to.Port == 0 || bytes.IndexByte([]byte(q.to.Host), 0) >= 0 {
		return errSOCKS
	}
	return nil
}

// reply returns the reply with a code of version 5.
func (q *socksRequest) reply(code byte) []byte {
	if q.version == 4 {
		if code == socksSucceeded {
			return []byte{0, socks4Granted, 0, 0, 0, 0, 0, 0}
		}
		return []byte{0, socks4Rejected, 0, 0, 0, 0, 0, 0}
	}
	return []byte{5, code, 0, socksIPv4, 0, 0, 0, 0, 0, 0}
}

func (q *socksRequest) result(err error) []byte {
	var reset *stream.ResetError
	switch {
	case err == nil:
		return q.reply(socksSucceeded)
	case errors.As(err, &reset) && reset.Code == CodeProhibited:
		return q.reply(socksNotAllowed)
	case errors.As(err, &reset) && reset.Code == CodeFailed:
		return q.reply(socksRefused)
	}
	return q.reply(socksFailure)
}

// readSOCKS reads a SOCKS request from a connection and answers all messages but the request.
// rest is the bytes after it.
func readSOCKS(conn net.Conn) (q *socksRequest, rest []byte, err error) {
	q = &socksRequest{}
	buf := make([]byte, 0, maxSOCKS)
	for {
		n, answer, done, err := q.parse(buf)
		if len(answer) > 0 {
			if _, e := conn.Write(answer); e != nil {
				return nil, nil, e
			}
		}
		switch buf = buf[n:]; {
		case done:
			return q, buf, nil
		case err == nil:
			continue
		case !errors.Is(err, errShort):
			return nil, nil, err
		}
		n, err = conn.Read(buf[len(buf):cap(buf)])
		if buf = buf[:len(buf)+n]; err != nil {
			return nil, nil, err
		}
	}
}

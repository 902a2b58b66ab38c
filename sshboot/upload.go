package sshboot

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"gm/sshboot/payload"
)

// upload sends the program that the host needs. If there is none for its
// platform, the host is to look for a stock server.
func (s *starter) upload(need string, in io.WriteCloser) error {
	unpacker, uname, _ := strings.Cut(need, " ")
	system, machine, _ := strings.Cut(uname, " ")
	programs, err := s.programs()
	if err != nil {
		return &Error{Err: fmt.Errorf("%s: %w", s.host, err)}
	}
	program, ok := programs.For(system, machine)
	if !ok {
		s.platform = cleanText(uname)
		fmt.Fprintln(in, "- 0")
		return in.Close()
	}
	fmt.Fprintf(in, "%s %d\n", program.Hash, program.Size)
	if err := send(program, unpacker == "gzip", in); err != nil && !errors.Is(err, io.EOF) {
		return &Error{Err: fmt.Errorf("%s: upload: %w", s.host, err)}
	}
	s.result.uploaded = program.Size
	return nil // if the host broke off, it says why
}

// packetSize is what a channel takes in one packet (RFC 4253, section 6.1). The
// packer alone writes 240 bytes at a time, a packet each.
const packetSize = 32 << 10

// send writes the program and closes in.
func send(program payload.Payload, compress bool, in io.WriteCloser) error {
	content, err := program.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	if !compress {
		_, err := io.Copy(in, content)
		return errors.Join(err, in.Close())
	}
	packets := bufio.NewWriterSize(in, packetSize)
	packer, _ := gzip.NewWriterLevel(packets, gzip.BestSpeed) // the level is valid
	_, err = io.Copy(packer, content)
	return errors.Join(err, packer.Close(), packets.Flush(), in.Close())
}

package sshboot

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"gm/sshboot/payload"
)

// upload sends the program that the host needs, once in an attempt. If there is
// none for its platform, or maxTries of them have not started, the host is to look
// for another server.
func (s *starter) upload(ctx context.Context, need string, in io.WriteCloser) error {
	words := append(strings.SplitN(need, " ", 4), "", "", "")
	unpacker, host := words[0], payload.Host{Word: words[1], System: words[2], Machine: words[3]}
	switch {
	case s.asked:
		return s.nonsense("asks for a program again and again")
	case s.platform != nil && *s.platform != host:
		return s.nonsense("has become another kind of machine during the login")
	}
	s.asked, s.platform = true, &host
	if len(s.tried) >= maxTries {
		refuseProgram(in)
		return nil
	}
	program, ok, err := s.programs.pick(ctx, host, s.tried, s.meter.say)
	if err != nil {
		return &Error{Err: fmt.Errorf("%s: %w", s.host, err)}
	}
	if !ok {
		refuseProgram(in)
		return nil
	}
	fmt.Fprintf(in, "%s %d\n", program.Hash, program.Size)
	if err := s.send(program, unpacker == "gzip", in); err != nil && !errors.Is(err, io.EOF) {
		return &Error{Err: fmt.Errorf("%s: upload: %w", s.host, err)}
	}
	s.sent = &program.Platform
	s.result.uploaded = program.Size
	return nil // if the host broke off, it says why
}

// refuseProgram has the host look for another server. If it does not listen, its
// next line says why.
func refuseProgram(in io.WriteCloser) {
	fmt.Fprintln(in, "- 0")
	in.Close()
}

// packetSize is what a channel takes in one packet (RFC 4253, section 6.1). The
// packer alone writes 240 bytes at a time, a packet each.
const packetSize = 32 << 10

// send writes the program and closes in. An error io.EOF is the host's: it
// reads no more.
func (s *starter) send(program payload.Payload, compress bool, in io.WriteCloser) error {
	content, err := program.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	s.meter.begin(program.Size)
	defer s.meter.end()
	read, wire := s.meter.read(content), s.meter.wire(in)
	if !compress {
		return errors.Join(copyWhole(wire, read, program), in.Close())
	}
	packets := bufio.NewWriterSize(wire, packetSize)
	packer, _ := gzip.NewWriterLevel(packets, gzip.BestSpeed) // a tenth more bytes than at best, in a quarter of the time
	err = copyWhole(packer, read, program)
	return errors.Join(err, packer.Close(), packets.Flush(), in.Close())
}

// copyWhole copies a program, none shorter than it should be.
func copyWhole(w io.Writer, r io.Reader, program payload.Payload) error {
	n, err := io.Copy(w, r)
	if err == nil && n != program.Size {
		err = fmt.Errorf("the server for %s is cut off: %d of %d bytes", program.Platform, n, program.Size)
	}
	return err
}

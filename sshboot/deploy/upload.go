package deploy

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gm/internal/hint"
	"gm/sshboot/payload"
	"gm/sshboot/prompt"
)

// upload sends the program that the host needs, at most once per attempt. If there is no
// program for its platform, or maxTries of them have not started, the host looks for
// another server.
func (s *Bootstrap) upload(ctx context.Context, need string, in io.WriteCloser) error {
	words := append(strings.SplitN(need, " ", 4), "", "", "")
	unpacker, counts, _ := strings.Cut(words[0], ",")
	host := payload.Host{Word: words[1], System: words[2], Machine: words[3]}
	switch {
	case s.requested:
		return s.protocolError("requests a program repeatedly")
	case s.platform != nil && *s.platform != host:
		return s.protocolError("has changed its platform during the login")
	}
	s.requested, s.platform = true, &host
	if len(s.failed) >= maxTries {
		s.sendNoProgram(in)
		return nil
	}
	program, ok, err := s.Binaries.choose(ctx, host, s.failed, s.Ask.Notice)
	if err != nil {
		return &hint.Error{Err: fmt.Errorf("%s: %w", s.Host, err)}
	}
	if !ok {
		s.sendNoProgram(in)
		return nil
	}
	s.counted = s.Launch.terminal || s.Launch.mayPipe() && counts == "head"
	err = s.send(program, unpacker == "gzip", in)
	switch {
	case s.stalled.Load():
		return &hint.Error{
			Err:  fmt.Errorf("%s: the upload made no progress for %s", s.Host, s.Limits.Upload),
			Hint: "does the host still answer? run gm again to start over",
		}
	case err != nil && !errors.Is(err, io.EOF):
		return &hint.Error{Err: fmt.Errorf("%s: upload: %w", s.Host, err)}
	}
	s.sent = &program.Platform
	s.result.Uploaded = program.Size
	return nil // the next line has the reason if the host stopped reading
}

// sendNoProgram makes the host look for another server. If it has ended, its last line has
// the reason.
func (s *Bootstrap) sendNoProgram(in io.WriteCloser) {
	fmt.Fprintln(in, s.Launch.marker+" - 0")
	if !s.Launch.terminal && !s.Launch.mayPipe() {
		in.Close()
	}
}

// packetSize is the maximum size of a packet on a channel (RFC 4253, section 6.1). gzip
// alone writes 240 bytes at a time, which would be a packet each.
const packetSize = 32 << 10

// send writes the header line and the program. Unless the header contains the number of
// bytes, it closes in, so that in cannot become a pipe. The error is io.EOF if the host has
// stopped reading.
func (s *Bootstrap) send(program payload.Payload, compress bool, in io.WriteCloser) error {
	content, err := program.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	sending := &progress{}
	sending.total.Store(program.Size)
	s.WaitNotice.EnterUpload(s.Host, sending.line)
	defer s.WaitNotice.Enter(prompt.StageScript, nil, "%s to unpack the server", s.Host)
	stall := time.AfterFunc(s.Limits.Upload, func() {
		s.stalled.Store(true)
		s.closeConn()
	})
	defer stall.Stop()
	wire := sending.countSent(notifyWriter{in, func() { stall.Reset(s.Limits.Upload) }})
	line := fmt.Sprintf("%s %s %d", s.Launch.marker, program.Hash, program.Size)
	if s.counted {
		return sendCounted(line, program, compress, content, wire, sending)
	}
	if _, err := fmt.Fprintln(in, line); err != nil {
		return err
	}
	packets := bufio.NewWriterSize(wire, packetSize)
	err = pack(packets, sending.countRead(content), program, compress)
	return errors.Join(err, packets.Flush(), in.Close())
}

// sendCounted is send for input that stays open. The header has the number of bytes. A
// newline before it ends any input that the user typed ahead.
func sendCounted(line string, program payload.Payload, compress bool, content io.Reader, wire io.Writer, sending *progress) error {
	var packed bytes.Buffer
	if err := pack(&packed, content, program, compress); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(wire, "\n%s %d\n", line, packed.Len()); err != nil {
		return err
	}
	sending.total.Store(int64(packed.Len()))
	for packed.Len() > 0 {
		n, err := wire.Write(packed.Next(packetSize))
		if err != nil {
			return err
		}
		sending.done.Add(int64(n))
	}
	return nil
}

func pack(w io.Writer, read io.Reader, program payload.Payload, compress bool) error {
	if !compress {
		return copyWhole(w, read, program)
	}
	packer, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // 10% larger than the best compression in a quarter of the time
	return errors.Join(copyWhole(packer, read, program), packer.Close())
}

// notifyWriter calls notify after each write.
type notifyWriter struct {
	io.Writer
	notify func()
}

func (w notifyWriter) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.notify()
	return n, err
}

// copyWhole copies a program and returns an error if it is shorter than its size.
func copyWhole(w io.Writer, r io.Reader, program payload.Payload) error {
	n, err := io.Copy(w, r)
	if err == nil && n != program.Size {
		err = fmt.Errorf("the server for %s is truncated: %d of %d bytes", program.Platform, n, program.Size)
	}
	return err
}

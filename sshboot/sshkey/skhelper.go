package sshkey

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"golang.org/x/crypto/ssh"

	"gm/internal/subprocess"
)

// ssh-sk-helper is the OpenSSH program that communicates with security keys for ssh and
// ssh-agent. It reads one request and writes one reply, each preceded by its length.

const (
	skHelperVersion = 5
	skRequestError  = 0 // in a reply
	skRequestSign   = 1
	skLogInfo       = 3 // log level

	// maxSKReply bounds a reply, in bytes. It is OpenSSH's limit.
	maxSKReply = 256 << 10
)

// Error numbers in a reply. OpenSSH defines them as negative numbers.
const (
	skWrongPIN       = 43
	skNotSupported   = 59
	skDeviceNotFound = 60
)

// ErrWrongPIN is the error of Sign for a missing or wrong PIN.
var ErrWrongPIN = errors.New("the security key rejected the PIN")

// Helper runs ssh-sk-helper, the program at the path Program, with the library Provider.
type Helper struct{ Program, Provider string }

// Sign returns the signature of data by the serialized security key. It blocks until the
// user touches the device. pin may be empty.
func (h Helper) Sign(ctx context.Context, key, data []byte, pin string) (*ssh.Signature, error) {
	if h.Program == "" {
		return nil, errors.New("ssh-sk-helper is missing")
	}
	reply, err := h.roundTrip(ctx, skRequestSign, ssh.Marshal(struct {
		Key       []byte
		Provider  string
		Data      []byte
		Algorithm string
		Compat    uint32
		PIN       string
	}{key, h.Provider, data, "", 0, pin}))
	if err != nil {
		return nil, err
	}
	var signed struct{ Blob []byte }
	var signature ssh.Signature
	if ssh.Unmarshal(reply, &signed) != nil || ssh.Unmarshal(signed.Blob, &signature) != nil {
		return nil, errors.New("ssh-sk-helper did not answer as expected")
	}
	return &signature, nil
}

// roundTrip sends a request to a new helper process and returns its reply.
func (h Helper) roundTrip(ctx context.Context, request uint32, body []byte) ([]byte, error) {
	cmd := exec.CommandContext(ctx, h.Program)
	cmd.Stdin = bytes.NewReader(skRequest(request, body))
	cmd.Stderr, cmd.WaitDelay = subprocess.Stderr(), subprocess.WaitDelay
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	reply, err := readSKReply(out, request)
	cmd.Process.Kill() // its one reply is read, or invalid
	cmd.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return reply, err
}

func skRequest(request uint32, body []byte) []byte {
	const toStderr = 1
	message := append(ssh.Marshal(struct {
		Version  byte
		Request  uint32
		ToStderr byte
		Level    uint32
	}{skHelperVersion, request, toStderr, skLogInfo}), body...)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)
}

// readSKReply reads the reply to request and returns its body.
func readSKReply(r io.Reader, request uint32) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, errors.New("ssh-sk-helper ended without an answer")
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > maxSKReply {
		return nil, errors.New("ssh-sk-helper did not answer as expected")
	}
	message := make([]byte, n)
	if _, err := io.ReadFull(r, message); err != nil {
		return nil, errors.New("ssh-sk-helper ended without an answer")
	}
	if len(message) < 5 || message[0] != skHelperVersion {
		return nil, errors.New("ssh-sk-helper is of another version of OpenSSH")
	}
	switch kind, rest := binary.BigEndian.Uint32(message[1:]), message[5:]; {
	case kind == request:
		return rest, nil
	case kind == skRequestError && len(rest) == 4:
		return nil, skError(binary.BigEndian.Uint32(rest))
	}
	return nil, errors.New("ssh-sk-helper did not answer as expected")
}

func skError(number uint32) error {
	switch number {
	case skWrongPIN:
		return ErrWrongPIN
	case skDeviceNotFound:
		return errors.New("the security key is not plugged in")
	case skNotSupported:
		return errors.New("ssh-sk-helper cannot use this security key: SecurityKeyProvider may have to name a library")
	}
	return fmt.Errorf("the security key did not sign (error %d of ssh-sk-helper)", number)
}

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

// ssh-sk-helper is a program of OpenSSH's that speaks to security keys for ssh and
// ssh-agent. It reads one request and writes one answer, each with its length before.

const (
	skHelperVersion = 5
	skRequestError  = 0 // in an answer
	skRequestSign   = 1
	skLogInfo       = 3 // what it logs

	// maxSKAnswer bounds an answer, in bytes, as OpenSSH does.
	maxSKAnswer = 256 << 10
)

// Errors that an answer may have (OpenSSH numbers them below zero).
const (
	skWrongPIN       = 43
	skNotSupported   = 59
	skDeviceNotFound = 60
)

var ErrWrongPIN = errors.New("the security key does not take this PIN")

// Helper runs the helper.
type Helper struct{ Program, Provider string }

// Sign has a security key sign. It waits for the user to touch the device.
func (h Helper) Sign(ctx context.Context, key, data []byte, pin string) (*ssh.Signature, error) {
	if h.Program == "" {
		return nil, errors.New("ssh-sk-helper is missing")
	}
	answer, err := h.converse(ctx, skRequestSign, ssh.Marshal(struct {
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
	if ssh.Unmarshal(answer, &signed) != nil || ssh.Unmarshal(signed.Blob, &signature) != nil {
		return nil, errors.New("ssh-sk-helper did not answer as expected")
	}
	return &signature, nil
}

// converse sends a request and returns the answer to it.
func (h Helper) converse(ctx context.Context, request uint32, body []byte) ([]byte, error) {
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
	answer, err := skAnswer(out, request)
	cmd.Process.Kill() // it has said all, or something else
	cmd.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return answer, err
}

// skRequest returns a request as the helper reads it.
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

// skAnswer reads the answer to a request.
func skAnswer(r io.Reader, request uint32) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, errors.New("ssh-sk-helper ended without an answer")
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > maxSKAnswer {
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

// skError returns the error with OpenSSH's number.
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

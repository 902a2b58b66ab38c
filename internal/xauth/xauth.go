// Package xauth runs xauth(1), which keeps the cookies of X11 displays.
package xauth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"gm/internal/subprocess"
)

// Protocol is the name of the only protocol of authentication that is used here (Xsecurity(7)).
const Protocol = "MIT-MAGIC-COOKIE-1"

// CookieSize is the length of a cookie in bytes.
const CookieSize = 16

// Cookie is the data of Protocol. Who has it may use the display.
type Cookie [CookieSize]byte

// NewCookie returns a random cookie.
func NewCookie() (c Cookie) {
	rand.Read(c[:]) // never fails
	return c
}

// ParseCookie parses the text of a cookie.
func ParseCookie(text string) (c Cookie, ok bool) {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) != CookieSize {
		return Cookie{}, false
	}
	return Cookie(data), true
}

// String returns the cookie as xauth writes it.
func (c Cookie) String() string { return hex.EncodeToString(c[:]) }

// timeout bounds the run time of xauth. It waits for locks of its file, and for the X server.
const timeout = 5 * time.Second

// places are those where systems have xauth if it is not in PATH.
var places = []string{"/usr/bin/xauth", "/usr/local/bin/xauth", "/usr/X11R6/bin/xauth", "/opt/X11/bin/xauth", "/usr/X11R7/bin/xauth", "/usr/openwin/bin/xauth"}

// ErrNotFound means that there is no xauth.
var ErrNotFound = errors.New("there is no xauth")

// Program is the path of xauth.
type Program string

// Find returns the xauth of this host.
func Find() (Program, error) {
	for _, place := range append([]string{"xauth"}, places...) {
		if path, err := exec.LookPath(place); err == nil {
			return Program(path), nil
		}
	}
	return "", ErrNotFound
}

// List returns the cookie of a display; ok is false if there is none. file is the file to
// read, empty for the usual one.
func (p Program) List(ctx context.Context, file, display string) (c Cookie, ok bool) {
	out, err := p.run(ctx, nil, "", inFile(file, "list", display)...)
	if err != nil {
		return Cookie{}, false
	}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) == 3 && f[1] == Protocol {
			return ParseCookie(f[2])
		}
	}
	return Cookie{}, false
}

// Generate has the X server of a display make a cookie for untrusted clients, and stores it in
// a file. The server forgets it when no client has used it for a time; 0 is for ever.
func (p Program) Generate(ctx context.Context, file, display string, unused time.Duration) error {
	args := inFile(file, "generate", display, Protocol, "untrusted")
	if unused > 0 {
		args = append(args, "timeout", fmt.Sprint(int64(unused/time.Second)))
	}
	_, err := p.run(ctx, nil, "", args...)
	return err
}

func inFile(file string, words ...string) []string {
	if file == "" {
		return words
	}
	return append([]string{"-f", file}, words...)
}

// Add stores the cookie of a display for programs with the environment env. The cookie is in
// no command line, which others could read.
func (p Program) Add(ctx context.Context, env []string, display string, c Cookie) error {
	_, err := p.run(ctx, env, fmt.Sprintf("remove %s\nadd %s %s %s\n", display, display, Protocol, c), "-q", "-")
	return err
}

// Remove forgets the cookies of a display.
func (p Program) Remove(ctx context.Context, env []string, display string) error {
	_, err := p.run(ctx, env, "remove "+display+"\n", "-q", "-")
	return err
}

// maxOutput bounds the output of xauth, in bytes.
const maxOutput = 64 << 10

func (p Program) run(ctx context.Context, env []string, input string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, string(p), args...)
	var out bounded
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.WaitDelay = env, strings.NewReader(input), &out, subprocess.WaitDelay
	err := cmd.Run()
	return string(out.text), subprocess.StartError(err)
}

// bounded keeps the first maxOutput bytes.
type bounded struct{ text []byte }

func (b *bounded) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), maxOutput-len(b.text))]...)
	return len(p), nil
}

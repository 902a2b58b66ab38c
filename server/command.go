//go:build unix

package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"gm/server/pty"
	"gm/server/subsystem"
)

// sessionCommand returns the command of o, or else the login shell with "-" before its
// name. It runs in the user's home or, if that cannot be entered, in the root
// directory. notice is then sshd's message for the user.
func sessionCommand(o options, environ []string) (c pty.Command, notice string) {
	c = pty.Command{Argv: o.command, Env: childEnvironment(environ, o.locale, o.colors), Dir: "/"}
	if home := getenv(environ, "HOME"); home != "" {
		if err := enterable(home); err == nil {
			c.Dir = home
		} else {
			notice = fmt.Sprintf("Could not chdir to home directory %s: %s\r\n", oneLine(errors.New(home)), sentence(err))
		}
	}
	if o.session.shell && len(c.Argv) > 0 {
		c.Path = loginShell(environ)
		c.Argv = []string{filepath.Base(c.Path), "-c", strings.Join(c.Argv, " ")}
	}
	if len(c.Argv) == 0 {
		c.Path = loginShell(environ)
		c.Argv = []string{"-" + filepath.Base(c.Path)}
	}
	return c, notice
}

// findSubsystem makes the program of the subsystem that is asked for, if there is one, the
// command.
func (o *options) findSubsystem() error {
	if o.session.subsystem == "" {
		return nil
	}
	command, err := subsystem.Default.Command(o.session.subsystem)
	o.command, o.session.shell = []string{command}, true
	return err
}

// enterable returns an error if a directory cannot be the current one, even though it
// exists: one of mode 000, or one on NFS without a Kerberos ticket.
func enterable(path string) error {
	info, err := os.Stat(path + "/.")
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	return err
}

// sentence returns the reason of a system call's error, capitalized as in strerror(3).
func sentence(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		err = errno
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

func loginShell(environ []string) string {
	if shell := getenv(environ, "SHELL"); shell != "" {
		return shell
	}
	if f, err := os.Open("/etc/passwd"); err == nil {
		defer f.Close()
		if shell := passwdShell(f, os.Getuid()); shell != "" {
			return shell
		}
	}
	return "/bin/sh"
}

func passwdShell(passwd io.Reader, uid int) string {
	lines := bufio.NewScanner(passwd)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) == 7 && fields[2] == strconv.Itoa(uid) {
			return fields[6]
		}
	}
	return ""
}

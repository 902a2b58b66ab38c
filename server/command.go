package server

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// command is what runs in a session.
type command struct {
	// path is the program, if it is not to be looked for by argv[0].
	path string
	argv []string
	env  []string
	dir  string
}

// lookPath finds the program. A name with a slash in it stands for itself, seen
// from dir.
func (c command) lookPath() (string, error) {
	switch {
	case c.path != "":
		return c.path, nil
	case strings.ContainsRune(c.argv[0], '/'):
		return c.argv[0], nil
	}
	return exec.LookPath(c.argv[0])
}

// sessionCommand is what o asks for: the words of a command, or the login shell
// with "-" before its name. It runs in the user's home, if there is one.
func sessionCommand(o options, environ []string) command {
	c := command{argv: o.command, env: childEnvironment(environ, o.locale, o.colors), dir: "/"}
	if home := getenv(environ, "HOME"); isDirectory(home) {
		c.dir = home
	}
	if len(c.argv) == 0 {
		c.path = loginShell(environ)
		c.argv = []string{"-" + filepath.Base(c.path)}
	}
	return c
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// loginShell is $SHELL, else what the password file says, else /bin/sh.
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

// passwdShell finds the shell of a user in a file of the form of passwd(5);
// empty if there is none.
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

// Package subsystem finds the programs of sshd's subsystems, such as sftp, in sshd's
// configuration.
package subsystem

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Host is where a host has sshd's configuration and programs.
type Host struct {
	// Configs are the places of sshd_config, of which the first that exists counts.
	Configs []string
	// SFTPServers are the places of OpenSSH's sftp-server.
	SFTPServers []string
}

// Default has the places of the systems that gm's server runs on.
var Default = Host{
	Configs: []string{"/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config", "/etc/openssh/sshd_config", "/usr/local/etc/ssh/sshd_config"},
	SFTPServers: []string{
		"/usr/lib/openssh/sftp-server",     // Debian
		"/usr/libexec/openssh/sftp-server", // Fedora
		"/usr/lib/ssh/sftp-server",         // Arch, Alpine, illumos
		"/usr/libexec/ssh/sftp-server",     // openSUSE
		"/usr/libexec/sftp-server",         // BSD, macOS
		"/usr/lib64/misc/sftp-server",      // Gentoo
		"/usr/local/libexec/sftp-server",
	},
}

// internalSFTP is sshd's own server of sftp. It has the options of sftp-server (sshd_config(5)).
const internalSFTP = "internal-sftp"

// maxIncludes bounds the depth of Include lines, as sshd does.
const maxIncludes = 16

// Command returns the command line of a subsystem, for the account's shell. It is an error if
// the configuration has none, or several that depend on Match. With a configuration that this
// account cannot read, sftp is the usual server.
func (h *Host) Command(name string) (string, error) {
	var r reader
	path := h.config()
	switch err := r.read(path, 0); {
	case errors.Is(err, fs.ErrPermission) && name == "sftp":
		return h.resolve(internalSFTP)
	case err != nil:
		return "", fmt.Errorf("find the subsystem %q: %w", name, err)
	}
	command := ""
	for _, s := range r.subsystems {
		switch {
		case s.name != name:
		case s.conditional:
			return "", fmt.Errorf("find the subsystem %q: %s has it below Match", name, path)
		case command == "":
			command = s.command
		}
	}
	if command == "" {
		return "", fmt.Errorf("find the subsystem %q: %s has none", name, path)
	}
	return h.resolve(command)
}

// config returns the path of sshd_config.
func (h *Host) config() string {
	for _, path := range h.Configs {
		if _, err := os.Lstat(path); err == nil {
			return path
		}
	}
	return h.Configs[0]
}

// resolve replaces sshd's own server by sftp-server, and checks that the program is there.
func (h *Host) resolve(command string) (string, error) {
	program, options := cutWord(command)
	if program != internalSFTP {
		if err := checkProgram(program); err != nil {
			return "", err
		}
		return command, nil
	}
	for _, path := range h.SFTPServers {
		if checkProgram(path) == nil {
			return strings.TrimSpace(path + " " + options), nil
		}
	}
	return "", errors.New("this host has no sftp-server")
}

func checkProgram(path string) error {
	info, err := os.Stat(path)
	if err == nil && (info.IsDir() || info.Mode()&0o111 == 0) {
		err = &fs.PathError{Op: "run", Path: path, Err: fs.ErrPermission}
	}
	return err
}

// entry is a line of a subsystem.
type entry struct {
	name, command string
	conditional   bool // below Match
}

// reader reads a configuration.
type reader struct {
	subsystems []entry
	inMatch    bool
}

func (r *reader) read(path string, depth int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if err := r.readLine(lines.Text(), depth); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (r *reader) readLine(line string, depth int) error {
	keyword, rest := cutWord(line)
	switch strings.ToLower(keyword) {
	case "match":
		r.inMatch = true
	case "include":
		return r.include(rest, depth+1)
	case "subsystem":
		name, command := cutWord(rest)
		r.subsystems = append(r.subsystems, entry{strings.Trim(name, `"`), command, r.inMatch})
	}
	return nil
}

// include reads the files that the patterns of an Include line match. A Match in one of them
// ends with it.
func (r *reader) include(patterns string, depth int) error {
	if depth > maxIncludes {
		return errors.New("too many levels of Include in sshd_config")
	}
	for pattern := range strings.FieldsSeq(patterns) {
		if pattern = strings.Trim(pattern, `"`); !filepath.IsAbs(pattern) {
			pattern = filepath.Join("/etc/ssh", pattern)
		}
		paths, _ := filepath.Glob(pattern) // sshd ignores a bad one too
		slices.Sort(paths)
		for _, path := range paths {
			within := r.inMatch
			if err := r.read(path, depth); err != nil {
				return err
			}
			r.inMatch = within
		}
	}
	return nil
}

// separators are what may be between a keyword and its value, "=" once.
const separators = " \t\r="

// cutWord cuts the first word off a line.
func cutWord(line string) (word, rest string) {
	line = strings.Trim(line, separators)
	if at := strings.IndexAny(line, separators); at >= 0 {
		return line[:at], strings.Trim(line[at:], separators)
	}
	return line, ""
}

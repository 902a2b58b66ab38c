//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"gm/bench/netlab"
	"gm/wire/simnet"
)

// site is a host with sshd and the place from which it is reached.
type site struct {
	b          *bench
	lab        *netlab.Lab // nil on loopback
	sshd       *exec.Cmd
	config     string // ssh_config of the clients
	sshdConfig string
	listeners  []net.Listener // of listenForStreams
	cache      string         // directory of uploaded servers on the host
}

// The ports of sshd in a network namespace of its own. Sessions of gm that stay on SSH have
// pipePort, so that their packets are counted apart from those of ssh.
const (
	sshPort  = 22
	pipePort = 23
)

// newSite returns a site behind a perfect network, or on this machine if loopback is
// set.
func (b *bench) newSite(loopback bool) (s *site, err error) {
	s = &site{b: b}
	if !loopback {
		if s.lab, err = netlab.New(simnet.Config{}, 1); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp(b.dir, "site-")
	if err == nil {
		err = s.startSSHD(dir)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// The configuration of the daemon and of its clients.
const (
	sshdConfig = `%sHostKey %s
AuthorizedKeysFile %s
PermitRootLogin yes
StrictModes no
UsePAM no
PrintMotd no
PidFile none
MaxStartups 100
SetEnv "HOME=%s" "XDG_CACHE_HOME=%s" LANG=C.UTF-8 %s
`
	sshConfig = `Host bench
 HostName %s
 HostKeyAlias bench
 Port %d
 User %s
 IdentityFile %s
 IdentitiesOnly yes
 IdentityAgent none
 UserKnownHostsFile %s
 LogLevel ERROR
`
)

func (s *site) startSSHD(dir string) error {
	addr, port, err := s.address()
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	s.cache, s.config, s.sshdConfig = at("cache"), at("ssh_config"), at("sshd_config")
	host, err := keygen(at("host_key"))
	if err != nil {
		return err
	}
	client, err := keygen(at("id_ed25519"))
	if err != nil {
		return err
	}
	me, err := user.Current()
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"authorized_keys": client,
		"known_hosts":     "bench " + host,
		"sshd_config":     fmt.Sprintf(sshdConfig, s.listenLines(addr, port), at("host_key"), at("authorized_keys"), dir, s.cache, s.b.mark),
		"ssh_config":      fmt.Sprintf(sshConfig, addr, port, me.Username, at("id_ed25519"), at("known_hosts")),
	} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return s.runSSHD(s.sshdConfig, at("log"), fmt.Sprintf("%s:%d", addr, port))
}

func (s *site) listenLines(addr string, port int) string {
	const line = "ListenAddress %s:%d\n"
	lines := fmt.Sprintf(line, addr, port)
	if s.lab != nil {
		lines += fmt.Sprintf(line, addr, pipePort)
	}
	return lines
}

func (s *site) address() (addr string, port int, err error) {
	if s.lab != nil {
		return s.lab.Far.Addr.String(), sshPort, nil
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", 0, err
	}
	defer l.Close()
	return "127.0.0.1", l.Addr().(*net.TCPAddr).Port, nil
}

func keygen(path string) (public string, err error) {
	cmd := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%q: %w: %s", cmd.Args, err, out)
	}
	text, err := os.ReadFile(path + ".pub")
	return string(text), err
}

func (s *site) runSSHD(config, log, addr string) error {
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // sshd requires it
			return err
		}
	}
	out, err := os.Create(log)
	if err != nil {
		return err
	}
	defer out.Close()
	s.sshd = exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", config)
	s.sshd.Env = s.b.environment()
	s.sshd.Stderr = out
	if err := s.far(s.sshd.Start); err != nil {
		return err
	}
	for limit := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
		err := s.far(func() error {
			conn, err := net.Dial("tcp4", addr)
			if err == nil {
				conn.Close()
			}
			return err
		})
		if err == nil {
			return nil
		}
		if time.Now().After(limit) {
			text, _ := os.ReadFile(log)
			return fmt.Errorf("sshd does not answer: %w\n%s", err, text)
		}
	}
}

func (s *site) far(f func() error) error {
	if s.lab == nil {
		return f()
	}
	return s.lab.Far.Do(f)
}

// near returns the host on which clients run; nil is this machine.
func (s *site) near() *netlab.Host {
	if s.lab == nil {
		return nil
	}
	return s.lab.Near
}

// commandLine returns the command line with which a user runs a command at the site.
// options are those of gm or mosh.
func (s *site) commandLine(program string, options []string, command ...string) []string {
	switch program {
	case "gm":
		return append(append([]string{s.b.gm, "-F", s.config}, append(options, "bench", "--")...), command...)
	case "mosh":
		return append(append([]string{"mosh", "--ssh=ssh -F " + s.config}, append(options, "bench", "--")...), command...)
	}
	return []string{"ssh", "-F", s.config, "-t", "bench", quoteAll(command)}
}

func (s *site) open(program string, options []string, cols, rows int, command ...string) (*terminal, error) {
	return s.b.open(s.near(), cols, rows, s.commandLine(program, options, command...))
}

func quoteAll(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	return strings.Join(quoted, " ")
}

func (s *site) close() {
	for _, l := range s.listeners {
		l.Close()
	}
	if s.sshd != nil && s.sshd.Process != nil {
		for _, p := range descendants(s.sshd.Process.Pid) {
			p.kill()
		}
		s.sshd.Process.Kill()
		s.sshd.Wait() // killed
	}
	if s.lab != nil {
		s.lab.Close()
	}
}

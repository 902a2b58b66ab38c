// Package sshboottest runs SSH servers for tests: OpenSSH's sshd, dropbear, and servers in
// the process of the test, each with keys and files of its own and on a loopback port.
package sshboottest

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Config is the configuration of an sshd. The zero value is usable.
type Config struct {
	// HostKeys are the types of host keys, as for ssh-keygen -t. nil means one ed25519
	// key.
	HostKeys []string
	// Shell replaces the account's login shell. It is run with -c and the command line.
	Shell string
	// Env are additional variables of every session, as NAME=VALUE.
	Env []string
	// Cache is XDG_CACHE_HOME of every session, by default a directory below HOME. Servers
	// that share one share the programs that were deployed to it.
	Cache string
	// Options are additional lines of sshd_config. They come first and thus win.
	Options []string
	// Listen is the address to listen on, by default "127.0.0.1:0".
	Listen string
	// Listener is used instead if it is not nil. The server closes it.
	Listener net.Listener
	// Launcher is a command that runs sshd: words before its command line.
	Launcher []string
}

// Server is a running sshd. Each connection is served by a process of its own (sshd -i),
// so that the port can be chosen without a race.
type Server struct {
	Port     int
	User     string          // the account that can log in, by default that of the test
	Dir      string          // the server's files, among them "log"
	Home     string          // HOME of every session
	Cache    string          // XDG_CACHE_HOME of every session
	HostKeys []ssh.PublicKey // in the order of Config.HostKeys

	command  []string // the command that serves one connection
	listener net.Listener
	log      *os.File
	mu       sync.Mutex
	running  map[*exec.Cmd]bool
	accepted int
	done     sync.WaitGroup
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server { return StartConfig(t, Config{}) }

// StartConfig is Start with a configuration.
func StartConfig(t testing.TB, c Config) *Server {
	t.Helper()
	me, err := user.Current()
	must(t, err)
	s := newServer(t, me.Username)
	s.Cache = cmp.Or(c.Cache, s.Cache)
	if os.Getuid() == 0 {
		must(t, os.MkdirAll("/run/sshd", 0o755)) // sshd's privilege separation directory
	}
	must(t, os.WriteFile(s.file("authorized_keys"), nil, 0o600))
	must(t, os.WriteFile(s.file("sshd_config"), []byte(s.config(t, c)), 0o600))
	s.command = append(slices.Clone(c.Launcher), "/usr/sbin/sshd", "-i", "-e", "-f", s.file("sshd_config"))
	s.listen(t, c)
	t.Cleanup(s.stop)
	return s
}

func newServer(t testing.TB, user string) *Server {
	t.Helper()
	dir := t.TempDir()
	s := &Server{Dir: dir, User: user, Home: filepath.Join(dir, "home"), running: map[*exec.Cmd]bool{}}
	s.Cache = filepath.Join(s.Home, ".cache")
	must(t, os.Mkdir(s.Home, 0o700))
	var err error
	s.log, err = os.Create(s.file("log"))
	must(t, err)
	return s
}

func (s *Server) config(t testing.TB, c Config) string {
	lines := append([]string{}, c.Options...)
	kinds := c.HostKeys
	if kinds == nil {
		kinds = []string{"ed25519"}
	}
	for _, kind := range kinds {
		path := s.file("host_" + kind)
		s.HostKeys = append(s.HostKeys, Keygen(t, path, "-t", kind))
		lines = append(lines, "HostKey "+path)
	}
	env := append([]string{"HOME=" + s.Home, "XDG_CACHE_HOME=" + s.Cache, "XDG_RUNTIME_DIR="}, c.Env...)
	lines = append(lines,
		"AuthorizedKeysFile "+s.file("authorized_keys"),
		"PermitRootLogin yes", "StrictModes no", "UsePAM no", "PrintMotd no",
		"PasswordAuthentication no", "KbdInteractiveAuthentication no",
		"LogLevel VERBOSE", "AcceptEnv LANG LC_*", "MaxAuthTries 20",
		`SetEnv "`+strings.Join(env, `" "`)+`"`)
	if c.Shell != "" {
		lines = append(lines, "ForceCommand exec "+c.Shell+` -c "$SSH_ORIGINAL_COMMAND"`)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (s *Server) listen(t testing.TB, c Config) {
	s.listener = c.Listener
	if s.listener == nil {
		var err error
		s.listener, err = net.Listen("tcp", cmp.Or(c.Listen, "127.0.0.1:0"))
		must(t, err)
	}
	s.Port = s.listener.Addr().(*net.TCPAddr).Port
	s.done.Go(s.accept)
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.done.Go(func() { s.serve(conn.(*net.TCPConn)) })
	}
}

func (s *Server) serve(conn *net.TCPConn) {
	file, err := conn.File()
	conn.Close()
	if err != nil {
		return
	}
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = file, file, s.log
	s.mu.Lock()
	s.accepted++
	err = cmd.Start()
	if err == nil {
		s.running[cmd] = true
	}
	s.mu.Unlock()
	file.Close()
	if err != nil {
		fmt.Fprintln(s.log, "start sshd:", err)
		return
	}
	_ = cmd.Wait() // the log has the reason for its status
	s.mu.Lock()
	delete(s.running, cmd)
	s.mu.Unlock()
}

// Drop closes all connections.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cmd := range s.running {
		cmd.Process.Kill()
	}
}

func (s *Server) stop() {
	s.listener.Close()
	s.Drop()
	s.done.Wait()
	s.log.Close()
}

// Accepted returns the number of TCP connections so far.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Log returns the log of sshd so far.
func (s *Server) Log() string {
	b, _ := os.ReadFile(s.file("log"))
	return string(b)
}

func (s *Server) file(name string) string { return filepath.Join(s.Dir, name) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

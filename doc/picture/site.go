//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gm/bench/netlab"
	"gm/wire/simnet"
)

// site is a host with sshd behind a bad network, and the machine of its user: netlab's, which
// needs root. The user's ssh_config calls the host "host".
type site struct {
	lab  *netlab.Lab
	dir  string // the user's home, with programs in bin and the home on the host in host
	sshd *exec.Cmd
}

const siteFiles = `## sshd_config
ListenAddress %[1]s:22
HostKey %[2]s/host_key
AuthorizedKeysFile %[2]s/key.pub
PermitRootLogin yes
StrictModes no
UsePAM no
PrintMotd no
PidFile none
SetEnv "XDG_CACHE_HOME=%[2]s/cache" LANG=C.UTF-8
## .ssh/config
Host host
 HostName %[1]s
 User root
 IdentityFile %[2]s/key
 IdentitiesOnly yes
 IdentityAgent none
 StrictHostKeyChecking no
 UserKnownHostsFile %[2]s/known_hosts
 LogLevel ERROR
## host/.hushlogin
## host/.profile
PS1='host$ '
## .bashrc
PS1='$ '
## bin/ssh
#!/bin/sh
exec /usr/bin/ssh -F %[2]s/.ssh/config "$@"
`

// newSite returns a site with a link in simnet's syntax, to whose host gm is uploaded.
func newSite(gm, link string) (s *site, err error) {
	config, err := simnet.Parse(link)
	if err != nil {
		return nil, err
	}
	s = &site{}
	if s.dir, err = os.MkdirTemp("", "picture-"); err != nil {
		return nil, err
	}
	if s.lab, err = netlab.New(config, 1); err != nil {
		os.RemoveAll(s.dir)
		return nil, err
	}
	if err := s.prepare(gm); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *site) prepare(gm string) error {
	for _, dir := range []string{"bin", ".ssh", "host"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o700); err != nil {
			return err
		}
	}
	for _, name := range []string{"gm", "gmssh"} {
		if err := os.Symlink(gm, filepath.Join(s.dir, "bin", name)); err != nil {
			return err
		}
	}
	files := fmt.Sprintf(siteFiles, s.lab.Far.Addr, s.dir)
	for file := range strings.SplitSeq(strings.TrimPrefix(files, "## "), "\n## ") {
		name, text, _ := strings.Cut(file, "\n")
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text+"\n"), 0o700); err != nil {
			return err
		}
	}
	for _, name := range []string{"host_key", "key"} {
		if err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", filepath.Join(s.dir, name)).Run(); err != nil {
			return fmt.Errorf("ssh-keygen: %w", err)
		}
	}
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // sshd requires it
		return err
	}
	if err := s.ip(s.lab.Far, "route", "add", "10.79.0.0/24", "dev", "gm0"); err != nil {
		return err
	}
	s.sshd = exec.Command("unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc", "sh", "-c", `mount --bind "$0/host" ~root && exec /usr/sbin/sshd -D -f "$0/sshd_config"`, s.dir)
	if err := s.lab.Far.Do(s.sshd.Start); err != nil {
		return err
	}
	if err := s.await(); err != nil {
		return err
	}
	upload := exec.Command(gm, "-T", "host", "--", "true") // uploads the server
	upload.Env = append(os.Environ(), "HOME="+s.dir)
	if err := s.lab.Near.Do(upload.Start); err != nil {
		return err
	}
	return upload.Wait()
}

// await waits until sshd answers.
func (s *site) await() (err error) {
	for range 200 {
		err = s.lab.Near.Do(func() error {
			conn, err := net.DialTimeout("tcp", s.lab.Far.Addr.String()+":22", time.Second)
			if err == nil {
				conn.Close()
			}
			return err
		})
		if err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func (s *site) ip(h *netlab.Host, args ...string) error {
	cmd := exec.Command("ip", args...)
	if err := h.Do(cmd.Start); err != nil {
		return err
	}
	return cmd.Wait()
}

// roam gives the user's machine its nth other address, in place of all before.
func (s *site) roam(n int) error {
	if err := s.ip(s.lab.Near, "addr", "flush", "dev", "gm0"); err != nil {
		return err
	}
	return s.ip(s.lab.Near, "addr", "add", fmt.Sprintf("10.79.0.%d", 100+n), "peer", s.lab.Far.Addr.String(), "dev", "gm0")
}

// pane returns a pane on the user's machine.
func (s *site) pane(title string, rows uint16, command ...string) *pane {
	return &pane{title: title, cols: 60, rows: rows, host: s.lab.Near, command: command, quit: "\x1e.",
		env: []string{"HOME=" + s.dir, "PATH=" + filepath.Join(s.dir, "bin") + ":" + os.Getenv("PATH")}}
}

func (s *site) close() {
	if s.sshd != nil && s.sshd.Process != nil {
		s.sshd.Process.Kill()
		s.sshd.Wait()
	}
	s.lab.Close()
	os.RemoveAll(s.dir)
}

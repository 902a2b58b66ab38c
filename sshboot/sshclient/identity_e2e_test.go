//go:build e2e

package sshclient

import (
	"bytes"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
	"gm/sshboot/sshkey"
)

// startAgent runs the real ssh-agent without keys and returns its socket.
func startAgent(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	cmd := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	waitForFile(t, socket)
	return socket
}

// addToAgent adds keys to the agent with ssh-add, and certificates next to them.
func addToAgent(t *testing.T, socket string, args ...string) {
	t.Helper()
	cmd := exec.Command("ssh-add", append([]string{"-q"}, args...)...)
	cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ssh-add %q: %v: %s", args, err, out)
	}
}

func makeIdentities(t *testing.T) identities {
	f := identities{t: t, dir: t.TempDir(), server: sshboottest.Start(t), certified: sshboottest.Start(t)}
	f.known = sshboottest.Keygen(t, f.path("key"), "-t", "ed25519")
	f.server.Authorize(t, f.known)
	f.certified.Authorize(t, sshboottest.Keygen(t, f.path("ca"), "-t", "ed25519"), "cert-authority", `principals="tester"`)
	sshboottest.Sign(t, "-s", f.path("ca"), "-I", "test", "-n", "tester", f.path("key.pub"))
	f.agent, f.withCert = startAgent(t), startAgent(t)
	addToAgent(t, f.withCert, f.path("key"))
	f.copy("key-cert.pub", "elsewhere", 0o600)
	if err := os.Rename(f.path("key-cert.pub"), f.path("cert")); err != nil {
		t.Fatal(err)
	}
	addToAgent(t, f.agent, f.path("key"))

	f.copy("key.pub", "onlypub.pub", 0o644)       // private half in the agent
	f.copy("key", "open", 0o644)                  // with a public half in it
	f.copy("key", "openpair", 0o640)              // and beside it
	f.copy("key.pub", "openpair.pub", 0o644)      //
	f.copy("key", "bare", 0o600)                  // without key.pub
	f.copy("key", "beside", 0o600)                // with a certificate by the usual name
	f.copy("cert", "beside-cert.pub", 0o644)      //
	f.copy("key", "beside2", 0o600)               // by a less usual one
	f.copy("cert", "beside2-cert", 0o644)         //
	f.copy("key", "instead", 0o600)               // in place of the public key
	f.copy("cert", "instead.pub", 0o644)          //
	f.copy("key.pub", "pubcert.pub", 0o644)       // named by the public key
	f.copy("cert", "pubcert.pub-cert.pub", 0o644) //
	f.copy("cert", "alone-cert.pub", 0o644)       // without any key
	sshboottest.WriteFile(t, f.path("junk"), "junk\n", 0o600)
	return f
}

// TestIdentitiesAsSSH checks that gm logs in with every form of IdentityFile that ssh logs
// in with, and with a few more.
func TestIdentitiesAsSSH(t *testing.T) {
	f := makeIdentities(t)
	for _, c := range []struct {
		option string
		cert   bool   // log in with the certificate
		socket string // of the agent
		only   bool   // gm logs in and ssh does not
		fails  bool
	}{
		{option: "IdentityFile=key", socket: f.noAgent},
		{option: "IdentityFile=bare", socket: f.noAgent},
		{option: "IdentityFile=key.pub", socket: f.noAgent, only: true},
		{option: "IdentityFile=key.pub", socket: f.agent},
		{option: "IdentityFile=onlypub", socket: f.agent},
		{option: "IdentityFile=onlypub.pub", socket: f.agent},
		{option: "IdentityFile=onlypub.pub", socket: f.noAgent, fails: true},
		{option: "IdentityFile=open", socket: f.agent},
		{option: "IdentityFile=open", socket: f.noAgent, fails: true},
		{option: "IdentityFile=openpair", socket: f.agent},
		{option: "IdentityFile=openpair", socket: f.noAgent, fails: true},
		{option: "IdentityFile=junk", socket: f.agent, fails: true},
		{option: "IdentityFile=missing", socket: f.agent, fails: true},
		{option: "IdentityFile=beside", cert: true, socket: f.noAgent},
		{option: "IdentityFile=beside2", cert: true, socket: f.noAgent},
		{option: "IdentityFile=beside", cert: true, socket: f.agent},
		{option: "IdentityFile=instead", cert: true, socket: f.noAgent},
		{option: "IdentityFile=pubcert.pub", cert: true, socket: f.agent},
		{option: "IdentityFile=alone-cert.pub", cert: true, socket: f.noAgent, fails: true},
		{option: "IdentityFile=alone-cert.pub", cert: true, socket: f.agent, only: true},
		{option: "IdentityFile=key", cert: true, socket: f.noAgent, fails: true},
		{option: "IdentityFile=key", cert: true, socket: f.withCert, only: true},
		{option: "IdentitiesOnly=no", cert: true, socket: f.withCert},
		{option: "IdentitiesOnly=no", cert: true, socket: f.agent, fails: true},
		{option: "CertificateFile=elsewhere", cert: true, socket: f.agent, only: true},
		{option: "CertificateFile=elsewhere,IdentityFile=key", cert: true, socket: f.noAgent},
	} {
		name := strings.Join([]string{c.option, filepath.Base(filepath.Dir(c.socket)), strconv.FormatBool(c.cert)}, " ")
		t.Run(name, func(t *testing.T) { f.compare(t, c.option, c.cert, c.socket, c.only, c.fails) })
	}
}

// An unusable key is reported when its turn comes, not before.
func TestUnusableIdentitiesAreReported(t *testing.T) {
	f := makeIdentities(t)
	for file, want := range map[string]string{
		"onlypub.pub": "its private half is neither in the agent nor in " + f.path("onlypub"),
		"open":        "is not used: its mode 0644 lets others read it (chmod 600 " + f.path("open") + ")",
		"junk":        "key " + f.path("junk") + ": no key found",
		"missing":     "key " + f.path("missing") + ": no such file or directory",
	} {
		t.Run(file, func(t *testing.T) {
			b, u := bootFor(t, sshboottest.Start(t))
			got, err := withOptions(b, "IdentityFile=~/.ssh/id_ed25519", "IdentityFile="+f.path(file)).run(t.Context())
			wantEndpoint(t, got, err)
			if len(u.Told) != 0 {
				t.Errorf("%s: told %q, though another key logged in", file, u.Told)
			}
			_, err = withOptions(b, "IdentityFile="+f.path(file)).run(t.Context())
			sshboottest.WantError(t, err, "permission denied")
			if len(u.Told) != 1 || !strings.Contains(u.Told[0], want) {
				t.Errorf("%s: told %q, want %q", file, u.Told, want)
			}
		})
	}
}

// As with ssh, -i with a missing file keeps the default files.
func TestMissingIdentityOption(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	b.request.SSHCommand = []string{"ssh", "-i", "/nonexistent/key"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.Told) != 1 || !strings.Contains(u.Told[0], "identity file /nonexistent/key is not there") {
		t.Errorf("told %q", u.Told)
	}
}

// PubkeyAcceptedAlgorithms distinguishes keys and certificates.
func TestAcceptedCertificates(t *testing.T) {
	f := makeIdentities(t)
	b, _ := bootFor(t, f.certified)
	for algorithms, ok := range map[string]bool{
		"ssh-ed25519-cert-v01@openssh.com": true, "ssh-ed25519": false, "*-cert-v01@openssh.com": true, "-*-cert-v01@openssh.com": false,
	} {
		t.Run(algorithms, func(t *testing.T) {
			options := []string{"IdentityFile=" + f.path("beside"), "PubkeyAcceptedAlgorithms=" + algorithms, "IdentitiesOnly=yes"}
			if got := sshLogsIn(t, b, f.certified, options...); got != ok {
				t.Errorf("%s: ssh logs in: %v", algorithms, got)
			}
			got, err := withOptions(b, options...).run(t.Context())
			if ok {
				wantEndpoint(t, got, err)
			} else {
				sshboottest.WantError(t, err, "permission denied")
			}
		})
	}
}

// waitForFile waits until the file exists.
func waitForFile(t *testing.T, path string) {
	t.Helper()
	ctx, stop := sshboottest.ContextAfterFile(t, path)
	defer stop()
	<-ctx.Done()
}

// A key with unsupported encryption is reported without a prompt, and its public half still
// selects a key of the agent.
func TestUnsupportedKeyEncryption(t *testing.T) {
	s := sshboottest.Start(t)
	damage := func(old, new string) func(*pem.Block) {
		return func(block *pem.Block) {
			if !bytes.Contains(block.Bytes, []byte(old)) {
				t.Fatalf("no %q in the key", old)
			}
			block.Bytes = bytes.Replace(block.Bytes, []byte(old), []byte(new), 1)
		}
	}
	for name, c := range map[string]struct {
		args   []string
		damage func(*pem.Block)
		public bool // the file contains it
	}{
		"cipher": {nil, damage("aes256-ctr", "aes512-ctr"), true},
		"KDF":    {nil, damage("bcrypt", "scrypt"), true},
		"rounds": {nil, damage("\x00\x00\x00\x01\x00\x00\x00\x01", "\x7f\x00\x00\x01\x00\x00\x00\x01"), true},
		"tag":    {nil, func(block *pem.Block) { block.Bytes = append(block.Bytes, 1) }, true},
		"PEM":    {[]string{"-m", "PEM"}, func(b *pem.Block) { b.Headers["DEK-Info"] = "CAMELLIA-256-CBC,00112233445566778899AABBCCDDEEFF" }, false},
		"PKCS8":  {[]string{"-m", "PKCS8"}, damage("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c", "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0f"), false},
	} {
		t.Run(name, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir())
			sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			path := filepath.Join(b.env.Home, ".ssh/id_ecdsa")
			s.Authorize(t, sshboottest.Keygen(t, path, append(c.args, "-t", "ecdsa", "-N", "right", "-a", "1")...))
			block, _ := pem.Decode([]byte(sshboottest.ReadFile(t, path)))
			c.damage(block)
			sshboottest.WriteFile(t, path, string(pem.EncodeToMemory(block)), 0o600)
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied")
			if told := strings.Join(u.Told, "\n"); len(u.Asked) != 0 || !strings.Contains(told, path+": its encryption is not supported (ssh-keygen -p -f ") {
				t.Errorf("asked %q, told %q", u.Asked, told)
			}
			if id := readIdentity(path); id.public == nil || id.usable() {
				t.Errorf("public half %v, usable %v", id.public, id.usable())
			}
			if _, err := sshkey.Parse([]byte(sshboottest.ReadFile(t, path))); c.public != (errors.As(err, new(sshkey.LockedError)) && err.(sshkey.LockedError).Public != nil) {
				t.Errorf("public half: %v", err)
			}
		})
	}
}

// A key of an unsupported type is reported, encrypted or not, and so is a file without a
// key.
func TestUnsupportedKeyType(t *testing.T) {
	s := sshboottest.Start(t)
	for text, want := range map[string]string{
		"plain":     "keys of type ssh-xxxxx19 are not supported",
		"encrypted": "keys of type ssh-xxxxx19 are not supported",
		"junk":      "no key found",
	} {
		t.Run(text, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir())
			sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			path := filepath.Join(b.env.Home, ".ssh/id_ed25519")
			sshboottest.Keygen(t, path, "-t", "ed25519", "-N", map[string]string{"encrypted": "right"}[text], "-a", "1")
			block, _ := pem.Decode([]byte(sshboottest.ReadFile(t, path)))
			block.Bytes = bytes.ReplaceAll(block.Bytes, []byte("ssh-ed25519"), []byte("ssh-xxxxx19"))
			file := pem.EncodeToMemory(block)
			if text == "junk" {
				file = []byte(text)
			}
			sshboottest.WriteFile(t, path, string(file), 0o600)
			if err := os.Remove(path + ".pub"); err != nil {
				t.Fatal(err)
			}
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied")
			if told := strings.Join(u.Told, "\n"); len(u.Asked) != 0 || told != "gm: warning: key "+path+": "+want {
				t.Errorf("%s: asked %q, told %q", text, u.Asked, told)
			}
		})
	}
}

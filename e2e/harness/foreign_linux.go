package harness

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Foreign is a machine with another processor: a directory with a static busybox for it
// and nothing else, whose programs qemu-user runs. It shares this machine's network.
type Foreign struct{ root string }

// foreignTools are the commands of the machine, all of them links to busybox.
var foreignTools = []string{"sh", "cat", "chmod", "clear", "env", "id", "ls", "mkdir", "mv", "rm", "stty", "uname"}

// NewForeign returns a machine with the busybox of that name, which `make tools`
// installs. qemu is qemu's name for the processor (aarch64, arm).
func NewForeign(t testing.TB, busybox, qemu string) Foreign {
	t.Helper()
	registerBinfmt(t, qemu)
	f := Foreign{TempDir(t)}
	program, err := exec.LookPath(busybox)
	must(t, err)
	text, err := os.ReadFile(program)
	must(t, err)
	for _, dir := range []string{"bin", "dev/pts", "etc", "proc", "tmp"} {
		must(t, os.MkdirAll(filepath.Join(f.root, dir), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(f.root, "bin/busybox"), text, 0o755))
	for _, name := range foreignTools {
		must(t, os.Symlink("busybox", filepath.Join(f.root, "bin", name)))
	}
	must(t, os.Symlink("pts/ptmx", filepath.Join(f.root, "dev/ptmx")))
	for _, device := range []string{"null", "urandom", "tty"} {
		must(t, os.WriteFile(filepath.Join(f.root, "dev", device), nil, 0o666))
	}
	return f
}

// foreignDir is the directory of the machine. sshd accepts only a directory that, with
// all above it, root alone can write to (sshd_config, ChrootDirectory), which excludes
// temporary directories.
const foreignDir = "/mnt"

// enterForeign mounts the file systems of the machine, in a mount namespace that ends
// with its last process, and runs the rest of its arguments. All accounts have the
// machine's shell.
const enterForeign = `set -e
mount --bind "$0" ` + foreignDir + `
cd ` + foreignDir + `
for device in null urandom tty; do mount --bind /dev/$device dev/$device; done
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t proc proc proc
sed 's,:[^:]*$,:/bin/sh,' /etc/passwd >etc/passwd
mount --bind etc/passwd /etc/passwd
exec "$@"`

// Launcher returns the words to put before the command line of an sshd that is
// configured with SSHDOptions.
func (f Foreign) Launcher() []string {
	return []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enterForeign, f.root}
}

// SSHDOptions returns lines of sshd_config.
func (f Foreign) SSHDOptions() []string { return []string{"ChrootDirectory " + foreignDir} }

func (f Foreign) Env() []string { return []string{"PATH=/bin", "SHELL=/bin/sh"} }

func (f Foreign) Path(name string) string { return filepath.Join(f.root, name) }

// registerBinfmt makes the kernel run programs for a processor with qemu-user until the
// test ends (Linux, Documentation/admin-guide/binfmt-misc.rst). The registration is the
// distribution's under another name. Its flag F opens qemu at once, so that it is found
// from within any root.
func registerBinfmt(t testing.TB, qemu string) {
	t.Helper()
	line, err := os.ReadFile("/usr/lib/binfmt.d/qemu-" + qemu + ".conf")
	must(t, err)
	_, rest, ok := bytes.Cut(bytes.TrimSpace(line)[1:], []byte(":"))
	if !ok {
		t.Fatalf("binfmt.d/qemu-%s.conf: %q", qemu, line)
	}
	dir := TempDir(t)
	if err := unix.Mount("none", dir, "binfmt_misc", 0, ""); err != nil {
		t.Fatalf("mount binfmt_misc, which runs programs for %s: %v", qemu, err)
	}
	name := "gm-test-" + filepath.Base(dir)
	entry := filepath.Join(dir, name)
	t.Cleanup(func() {
		os.WriteFile(entry, []byte("-1"), 0)
		unix.Unmount(dir, 0)
	})
	if err := os.WriteFile(filepath.Join(dir, "register"), fmt.Appendf(nil, ":%s:%s", name, rest), 0); err != nil {
		t.Fatalf("register qemu-%s with binfmt_misc: %v", qemu, err)
	}
}

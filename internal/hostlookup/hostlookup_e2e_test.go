//go:build e2e

package hostlookup

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sources is a name service module that knows one name. It stands for those of mDNS,
// libvirt, winbind and the like.
const sources = `
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <string.h>
#include <sys/socket.h>
enum nss_status _nss_gmtest_gethostbyname2_r(const char *name, int af, struct hostent *h, char *buf, size_t len, int *err, int *herr) {
	static const char addr[4] = {127, 0, 0, 9};
	if (af != AF_INET || strcmp(name, "printer.local") || len < 64) {
		*err = ENOENT; *herr = HOST_NOT_FOUND;
		return NSS_STATUS_NOTFOUND;
	}
	char **list = (char **)buf;
	list[0] = memcpy(buf + 32, addr, 4); list[1] = 0;
	h->h_name = strcpy(buf + 36, "printer.local");
	h->h_aliases = list + 1; h->h_addrtype = AF_INET; h->h_length = 4; h->h_addr_list = list;
	return NSS_STATUS_SUCCESS;
}
`

// insideHost is the name that a test looks up where it runs again.
const insideHost = "GM_TEST_HOST"

// A name that nsswitch.conf has a source of is found without cgo as ssh finds it.
func TestSourcesOfTheSystem(t *testing.T) {
	if host, inside := os.LookupEnv(insideHost); inside {
		addrs, err := Lookup(t.Context(), host)
		t.Logf("found %v, %v", addrs, err)
		return
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "source.c"), sources)
	write(t, filepath.Join(dir, "nsswitch.conf"), "hosts: files gmtest\n")
	command(t, "gcc", "-shared", "-fPIC", "-o", filepath.Join(dir, "libnss_gmtest.so.2"), filepath.Join(dir, "source.c"))
	program := filepath.Join(dir, "program")
	build := exec.Command("go", "test", "-c", "-tags", "e2e", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	inside := func(host string, args ...string) string {
		args = append([]string{"-m", "sh", "-c", `mount --bind "$0" /etc/nsswitch.conf; exec "$@"`, filepath.Join(dir, "nsswitch.conf")}, args...)
		cmd := exec.Command("unshare", args...)
		cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+dir, insideHost+"="+host)
		out, _ := cmd.CombinedOutput() // ssh does not get in anywhere
		return string(out)
	}
	for host, want := range map[string]string{"printer.local": "127.0.0.9", "localhost": "127.0.0.1", "other.local": "", "127.1": "127.0.0.1"} {
		theirs := regexp.MustCompile(`Connecting to \S+ \[(\S+)\]`).FindStringSubmatch(inside(host, "ssh", "-vF", "none", "-oBatchMode=yes", "-p1", host))
		ours := regexp.MustCompile(`found \[([^\] ]*)`).FindStringSubmatch(inside(host, program, "-test.run=^TestSourcesOfTheSystem$", "-test.v"))
		if got := strings.Join(theirs[min(len(theirs), 1):], ""); got != want {
			t.Errorf("ssh connects to %q for %s, want %q", got, host, want)
		}
		if len(ours) != 2 || ours[1] != want {
			t.Errorf("found %q for %s, want %q", ours, host, want)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
}

package hostlookup

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// Addresses are what the C library takes for one.
func TestParseAddrAsGetaddrinfo(t *testing.T) {
	for _, text := range []string{
		"127.1", "127.0.1", "127.0.0.1", "0x7f.1", "0X7F.0x1", "0177.0.0.01", "2130706433", "0x7f000001", "017700000001", "1.2.65535", "1.16777215", "0", "0x", "08",
		"1.2.3.4.5", "256.1", "1.2.65536", "1.2.3.256", "1.16777216", "4294967295", "4294967296", "0x100000000", "1..2", "1.", ".1", "1_0.2", "-1", "+1", "1.+2", "0b1",
		"1e1", "::1", "::ffff:10.0.0.1", "fe80::1%lo", "::g", "1:2", "٣.1",
	} {
		addr, err := ParseAddr(text)
		out, failed := exec.Command("getent", "ahosts", "--", text).Output()
		theirs, _, _ := strings.Cut(string(out), " ")
		if want, _ := netip.ParseAddr(theirs); (err == nil) != (failed == nil) || addr.Unmap().WithZone("") != want.Unmap().WithZone("") {
			t.Errorf("ParseAddr(%q) = %v, %v; getent prints %s, %v", text, addr, err, theirs, failed)
		}
	}
}

// Names of this machine need no system that knows them, and are what it says if it does.
func TestLocalhost(t *testing.T) {
	known := map[string]string{}
	s := scripted(func(args []string) (string, error) {
		if text, ok := known[args[2]]; ok && args[1] == "ahosts" {
			return text, nil
		}
		return "", notFoundError(t)
	})
	known["other.localhost"] = "192.0.2.1 STREAM other.localhost\n"
	known["six.localhost"] = "::1 STREAM six.localhost\n"
	for host, want := range map[string]string{
		"localhost": "[127.0.0.1 ::1]", "LocalHost.": "[127.0.0.1 ::1]", "a.b.localhost": "[127.0.0.1 ::1]",
		"six.localhost": "[::1 127.0.0.1]", "other.localhost": "[192.0.2.1]", "xlocalhost": "[]", "localhost.example.org": "[]",
	} {
		addrs, err := s.addresses(t.Context(), host)
		if got := strings.ReplaceAll(strings.Trim(strings.Join(texts(addrs), " "), " "), "  ", " "); "["+got+"]" != want || (err == nil) != (want != "[]") {
			t.Errorf("%s: %s, %v", host, got, err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		s := system{
			run:     func(ctx context.Context, _ ...string) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() },
			resolve: func(ctx context.Context, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() },
		}
		if addrs, err := s.addresses(t.Context(), "x.localhost"); len(addrs) != 2 || err != nil {
			t.Errorf("without an answer: %v, %v", addrs, err)
		}
	})
}

// Each system is asked as it can be: glibc's and musl's getent, that of the BSDs, ping
// of Android, and Go's resolver.
func TestProgramsOfTheSystem(t *testing.T) {
	const glibc = "2001:db8::1     STREAM host.example.org\n2001:db8::1     DGRAM  \n192.0.2.1       STREAM \n192.0.2.1       RAW\n"
	missing := errors.New("no such file")
	for name, c := range map[string]struct {
		programs map[string]string // the output by the program and its first argument; absent ones fail
		dns      string            // what Go's resolver finds
		want     string
	}{
		"glibc":              {map[string]string{"getent ahosts": glibc}, "192.0.2.9", "2001:db8::1 192.0.2.1"},
		"glibc, not found":   {map[string]string{"getent ahosts": "not found"}, "192.0.2.9", ""},
		"glibc, IPv4 mapped": {map[string]string{"getent ahosts": "::ffff:192.0.2.1 STREAM x\n"}, "", "::ffff:192.0.2.1"},
		"no getent":          {nil, "192.0.2.9", "192.0.2.9"},
		"BSD":                {map[string]string{"getent hosts": "192.0.2.7 host alias\n"}, "192.0.2.9", "192.0.2.9"},
		"BSD, not in DNS":    {map[string]string{"getent hosts": "2001:db8::7   host\n192.0.2.7 host\n"}, "", "2001:db8::7 192.0.2.7"},
		"garbage":            {map[string]string{"getent ahosts": "192.0.2.1 STREAM x\nwhat\n"}, "192.0.2.9", "192.0.2.9"},
		"nothing":            {map[string]string{"getent ahosts": ""}, "192.0.2.9", "192.0.2.9"},
		"blank line":         {map[string]string{"getent ahosts": "192.0.2.1 STREAM x\n\n"}, "192.0.2.9", "192.0.2.9"},
		"Android":            {map[string]string{androidPing + " -c": "Ping host (192.0.2.3): 56(84) bytes.\n64 bytes from"}, "", "192.0.2.3"},
		"Android, iputils":   {map[string]string{androidPing + " -c": "PING host (192.0.2.3) 56(84) bytes of data.\n"}, "", "192.0.2.3"},
		"Android, IPv6":      {map[string]string{androidPing + " -c": "PING host(ip6.example.org (2001:db8::3)) 56 data bytes\n"}, "", "2001:db8::3"},
		"Android, bare IPv6": {map[string]string{androidPing + " -c": "PING host(2001:db8::3) 56 data bytes\n"}, "", "2001:db8::3"},
		"Android, unknown":   {map[string]string{androidPing + " -c": "ping: unknown host (192.0.2.3)\n"}, "", ""},
		"Android, cut off":   {map[string]string{androidPing + " -c": "PING host (192.0.2.3)"}, "", ""},
		"unknown":            {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := scripted(func(args []string) (string, error) {
				output, ok := c.programs[args[0]+" "+args[1]]
				switch {
				case !ok:
					return "", missing
				case output == "not found":
					return "", notFoundError(t)
				}
				return output, nil
			})
			if c.dns != "" {
				s.resolve = func(context.Context, string) ([]netip.Addr, error) {
					return []netip.Addr{netip.MustParseAddr(c.dns)}, nil
				}
			}
			addrs, err := s.addresses(t.Context(), "host.example.org")
			if got := strings.Join(texts(addrs), " "); got != c.want || (err != nil) != (got == "") || err != nil && !isNotFound(err) {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
}

// What begins with a dash is no option of a program.
func TestNamesAreNoOptions(t *testing.T) {
	s := scripted(func(args []string) (string, error) {
		t.Errorf("ran %q", args)
		return "", nil
	})
	if addrs, err := s.addresses(t.Context(), "-s"); err == nil {
		t.Error(addrs)
	}
}

// A program that prints without end, or does not end, is given up.
func TestRunIsBounded(t *testing.T) {
	if out, err := run(t.Context(), "yes", "192.0.2.1"); err == nil || len(out) > maxOutput {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := run(ctx, "sleep", "1000"); err == nil {
		t.Error("no error")
	}
	t.Setenv("PATH", "")
	if out, err := run(t.Context(), "getent", "ahosts", "127.0.0.1"); err != nil || !strings.HasPrefix(string(out), "127.0.0.1 ") {
		t.Errorf("without PATH: %q, %v", out, err)
	}
	if _, err := run(t.Context(), "/nonexistent/getent"); err == nil {
		t.Error("no error")
	}
}

// The canonical name is the one that ssh canonicalizes to.
func TestResolver(t *testing.T) {
	name, err := Resolver{}.LookupCNAME(t.Context(), "localhost")
	if err != nil || name != "localhost" {
		t.Errorf("%q, %v", name, err)
	}
	addrs, err := Resolver{}.LookupHost(t.Context(), "localhost")
	if err != nil || !slices.Contains(addrs, "127.0.0.1") {
		t.Errorf("%q, %v", addrs, err)
	}
	a, err := parseGetent([]byte("192.0.2.1 STREAM real.example.org\n192.0.2.1 DGRAM\n"))
	if err != nil || a.name != "real.example.org" {
		t.Errorf("%+v, %v", a, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("192.0.2.1 STREAM x\n", "0x7f.1")
	f.Add("PING x(y (::1)) 56\n", "1.2.3")
	f.Fuzz(func(t *testing.T, output, text string) {
		if a, err := parseGetent([]byte(output)); err == nil && len(a.addrs) == 0 {
			t.Error("an answer without an address")
		}
		if addrs, err := parsePing([]byte(output)); err == nil && !addrs[0].IsValid() {
			t.Error("not an address")
		}
		if addr, err := ParseAddr(text); err == nil && !addr.IsValid() {
			t.Error("not an address")
		}
	})
}

// scripted is a system with these programs, and a resolver that finds nothing.
func scripted(program func(args []string) (string, error)) system {
	return system{
		run: func(_ context.Context, args ...string) ([]byte, error) {
			output, err := program(args)
			return []byte(output), err
		},
		resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		},
	}
}

// notFoundError is getent's.
func notFoundError(t *testing.T) error {
	err := exec.Command("sh", "-c", "exit 2").Run()
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		t.Fatal(err)
	}
	return err
}

func texts(addrs []netip.Addr) (out []string) {
	for _, addr := range addrs {
		out = append(out, addr.String())
	}
	return out
}

package forward

import (
	"slices"
	"testing"
)

// specRow is an argument of an option and the answer of OpenSSH 9.2's ssh -G, or its error.
type specRow struct{ arg, want string }

func testSpecs(t *testing.T, option byte, rows []specRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.arg, func(t *testing.T) {
			if got := specText(option, row.arg); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestLocalSpec(t *testing.T) {
	testSpecs(t, 'L', []specRow{
		{"8080:h:80", "8080 [h]:80"},
		{"localhost:8080:h:80", "[localhost]:8080 [h]:80"},
		{"*:8080:h:80", "[*]:8080 [h]:80"},
		{":8080:h:80", "[]:8080 [h]:80"},
		{"[::1]:8080:[fe80::1]:80", "[::1]:8080 [fe80::1]:80"},
		{"/tmp/s:h:80", "/tmp/s [h]:80"},
		{"/tmp/s:/tmp/t", "/tmp/s /tmp/t"},
		{"8080:/tmp/t", "8080 /tmp/t"},
		{"x:8080:/tmp/t", "[x]:8080 /tmp/t"},
		{"8080:h:http", "8080 [h]:80"},
		{"http:h:80", "80 [h]:80"},
		{"8080:h:80:", "8080 [h]:80"},
		{"8080::80", "8080 []:80"},
		{" 8080:h:80", "8080 [h]:80"},
		{"[h]:80:x:1", "[h]:80 [x]:1"},
		{"8080:[::1]:80", "8080 [::1]:80"},
		{"./s:h:80", "./s [h]:80"},
		{`/tmp/a\:b:h:80`, "/tmp/a:b [h]:80"},
		{"08080:h:80", "8080 [h]:80"},
		{"8080:[]:80", "8080 []:80"},
		{"8080", "Bad local forwarding specification '8080'"},
		{"0:h:80", "Bad local forwarding specification '0:h:80'"},
		{"65536:h:80", "Bad local forwarding specification '65536:h:80'"},
		{"8080:h:0", "Bad local forwarding specification '8080:h:0'"},
		{"8080:h:65536", "Bad local forwarding specification '8080:h:65536'"},
		{"8080:h", "Bad local forwarding specification '8080:h'"},
		{"", "Bad local forwarding specification ''"},
		{"a:b:c:d:e", "Bad local forwarding specification 'a:b:c:d:e'"},
		{"::h:80", "Bad local forwarding specification '::h:80'"},
		{"8080:h:80 ", "Bad local forwarding specification '8080:h:80 '"},
		{"h/8080/h/80", "Bad local forwarding specification 'h/8080/h/80'"},
		{"8080:::1:80", "Bad local forwarding specification '8080:::1:80'"},
		{"s:h:80", "Bad local forwarding specification 's:h:80'"},
		{"-1:h:80", "Bad local forwarding specification '-1:h:80'"},
		{"*:0:h:80", "Bad local forwarding specification '*:0:h:80'"},
		{"/tmp/s:", "Bad local forwarding specification '/tmp/s:'"},
		{":/tmp/s", "Bad local forwarding specification ':/tmp/s'"},
		{"[::1:8080:h:80", "Bad local forwarding specification '[::1:8080:h:80'"},
		{"[h]x:8080:h:80", "Bad local forwarding specification '[h]x:8080:h:80'"},
	})
}

func TestRemoteSpec(t *testing.T) {
	testSpecs(t, 'R', []specRow{
		{"8080", "8080 [socks]:0"},
		{"0", "0 [socks]:0"},
		{"localhost:8080", "[localhost]:8080 [socks]:0"},
		{"*:8080", "[*]:8080 [socks]:0"},
		{":8080", "[]:8080 [socks]:0"},
		{"[::1]:8080", "[::1]:8080 [socks]:0"},
		{"/tmp/s", "/tmp/s [socks]:0"},
		{"/tmp/s:h:80", "/tmp/s [h]:80"},
		{"/tmp/s:/tmp/t", "/tmp/s /tmp/t"},
		{"8080:/tmp/t", "8080 /tmp/t"},
		{"0:h:80", "0 [h]:80"},
		{"x:8080:h:80", "[x]:8080 [h]:80"},
		{"http", "80 [socks]:0"},
		{"*:0", "[*]:0 [socks]:0"},
		{"65536", "Bad remote forwarding specification '65536'"},
		{"a:b", "Bad remote forwarding specification 'a:b'"},
		{"", "Bad remote forwarding specification ''"},
		{"8080:h:0", "Bad remote forwarding specification '8080:h:0'"},
		{"x:", "Bad remote forwarding specification 'x:'"},
	})
}

func TestDynamicSpec(t *testing.T) {
	testSpecs(t, 'D', []specRow{
		{"8080", "8080"},
		{"localhost:8080", "[localhost]:8080"},
		{"*:8080", "[*]:8080"},
		{":8080", "[]:8080"},
		{"[::1]:8080", "[::1]:8080"},
		{"http", "80"},
		{"/tmp/s", "/tmp/s"},
		{"x/8080", "x/8080"},
		{"8080:", "8080"},
		{"::1:8080", "Bad dynamic forwarding specification '::1:8080'"},
		{"0", "Bad dynamic forwarding specification '0'"},
		{"", "Bad dynamic forwarding specification ''"},
		{"x:8080:y", "Bad dynamic forwarding specification 'x:8080:y'"},
		{"x:", "Bad dynamic forwarding specification 'x:'"},
		{"65536", "Bad dynamic forwarding specification '65536'"},
		{"*:0", "Bad dynamic forwarding specification '*:0'"},
	})
}

func TestStdioSpec(t *testing.T) {
	testSpecs(t, 'W', []specRow{
		{"h:80", "[h]:80"},
		{"[::1]:80", "[::1]:80"},
		{"/tmp/s", "/tmp/s"},
		{"h:http", "[h]:80"},
		{":80", "[]:80"},
		{"*:80", "[*]:80"},
		{"::1:80", "Bad stdio forwarding specification '::1:80'"},
		{"h", "Bad stdio forwarding specification 'h'"},
		{"h:0", "Bad stdio forwarding specification 'h:0'"},
		{"h:80:1", "Bad stdio forwarding specification 'h:80:1'"},
		{"", "Bad stdio forwarding specification ''"},
		{"h:", "Bad stdio forwarding specification 'h:'"},
	})
}

// specText returns the text of an option's argument, or of its error.
func specText(option byte, arg string) string {
	var s interface{ String() string }
	var err error
	switch option {
	case 'L':
		s, err = ParseLocal(arg)
	case 'R':
		s, err = ParseRemote(arg)
	case 'D':
		s, err = ParseDynamic(arg)
	default:
		s, err = ParseStdio(arg)
	}
	if err != nil {
		return err.Error()
	}
	return s.String()
}

func TestSpecOfCancel(t *testing.T) {
	for _, test := range []struct {
		arg  string
		spec string // of which ParseRemote's listener is the same; empty for an error
	}{
		{"8080", "8080:h:80"},
		{"localhost:8080", "8080:h:80"},
		{"*:8080", ":8080:h:80"},
		{"/tmp/s", "/tmp/s:h:80"},
		{"8080:h:80", ""},
		{"x", ""},
	} {
		t.Run(test.arg, func(t *testing.T) {
			s, err := ParseCancel(Remote, test.arg)
			if (err != nil) != (test.spec == "") {
				t.Fatal(err)
			}
			if want, _ := ParseRemote(test.spec); err == nil && !s.sameListener(want) {
				t.Errorf("%v is not the listener of %v", s, want)
			}
		})
	}
	other, _ := ParseRemote("127.0.0.1:8080:h:80")
	if s, _ := ParseCancel(Remote, "8080"); s.sameListener(other) {
		t.Error("another bind address is the same listener")
	}
}

func TestBindAddresses(t *testing.T) {
	loopback, all := []string{"127.0.0.1", "::1"}, []string{""}
	for _, test := range []struct {
		arg           string
		local, opened []string // without and with GatewayPorts
		remote        string
	}{
		{"1:h:1", loopback, all, "localhost"},
		{"localhost:1:h:1", loopback, loopback, "localhost"},
		{"*:1:h:1", all, all, ""},
		{":1:h:1", all, all, ""},
		{"10.0.0.1:1:h:1", []string{"10.0.0.1"}, []string{"10.0.0.1"}, "10.0.0.1"},
	} {
		t.Run(test.arg, func(t *testing.T) {
			s, err := ParseLocal(test.arg)
			if err != nil {
				t.Fatal(err)
			}
			if got := bindHosts(s.bind(false)); !slices.Equal(got, test.local) {
				t.Errorf("local: %q, want %q", got, test.local)
			}
			if got := bindHosts(s.bind(true)); !slices.Equal(got, test.opened) {
				t.Errorf("local with GatewayPorts: %q, want %q", got, test.opened)
			}
			if got := s.RemoteBind(); got != test.remote {
				t.Errorf("remote: %q, want %q", got, test.remote)
			}
		})
	}
}

func TestPermits(t *testing.T) {
	for _, test := range []struct {
		patterns []string
		host     string
		port     int
		want     bool
	}{
		{nil, "h", 1, true},
		{[]string{}, "h", 1, false},
		{[]string{"any"}, "h", 1, true},
		{[]string{"none"}, "h", 1, false},
		{[]string{"h:1"}, "h", 1, true},
		{[]string{"h:1"}, "h", 2, false},
		{[]string{"h:1"}, "H", 1, false},
		{[]string{"h:*"}, "h", 2, true},
		{[]string{"*:80"}, "x", 80, true},
		{[]string{"*:80"}, "x", 81, false},
		{[]string{"a:1", "[::1]:90"}, "::1", 90, true},
		{[]string{"::1:90"}, "::1", 90, false},
	} {
		t.Run("", func(t *testing.T) {
			if got := Permits(test.patterns).permits(Address{Host: test.host, Port: test.port}); got != test.want {
				t.Errorf("%q permits %s:%d: %v", test.patterns, test.host, test.port, got)
			}
		})
	}
}

func FuzzParseSpec(f *testing.F) {
	for _, seed := range []string{"8080:h:80", "[::1]:1:/a", `\`, "[", "a/:b:", "0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		s, err := ParseRemote(arg)
		if err != nil {
			return
		}
		if len(s.Listen.Path) > maxPath || len(s.Connect.Path) > maxPath || s.Connect.Port > maxPort {
			t.Errorf("%q is accepted as %v", arg, s)
		}
	})
}

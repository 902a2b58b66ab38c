package client

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"gm/client/route"
	"gm/sshboot"
	"gm/wire"
)

func TestCheckPath(t *testing.T) {
	for name, c := range map[string]struct {
		options options
		want    string
	}{
		"none":               {options{}, ""},
		"auto":               {options{path: "auto"}, ""},
		"udp, this machine":  {options{path: "udp", local: true}, ""},
		"ssh":                {options{path: "ssh"}, ""},
		"ssh, this machine":  {options{path: "ssh", local: true}, "--path=ssh and --local exclude each other"},
		"another word":       {options{path: "tcp"}, `--path is auto, udp or ssh, not "tcp"`},
		"in capital letters": {options{path: "UDP"}, `--path is auto, udp or ssh, not "UDP"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.options.checkPath("--path")
			if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestConnectionWithoutPipe has servers and logins that carry no datagrams: --path=ssh is an
// error, and the session has UDP alone otherwise.
func TestConnectionWithoutPipe(t *testing.T) {
	addr := netip.MustParseAddrPort("192.0.2.1:60001")
	for name, c := range map[string]struct {
		extensions string
		path       string
		want       string // error
		several    bool
	}{
		"a stock server":             {"", "", "", false},
		"a stock server and ssh":     {"screen", "ssh", "the server does not support --path=ssh", false},
		"a login without a pipe":     {"paths", "", "", true},
		"a login without it and ssh": {"paths", "ssh", "use --path=ssh: the login cannot carry the session", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := reached{Endpoint: sshboot.Endpoint{Announcement: wire.Announcement{Extensions: strings.Fields(c.extensions)}}}
			got, err := r.connection(addr, &options{path: c.path})
			if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if got.roaming.Several != c.several || c.several && err == nil && (got.roaming.Mode != route.Auto || got.roaming.Dial != nil) {
				t.Errorf("%+v", got.roaming)
			}
		})
	}
}

func TestCheckRelay(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	refused := errors.New("there is no session")
	if err := checkRelay(ours, nil); err != nil {
		t.Errorf("a pipe: %v", err)
	}
	if err := checkRelay(nil, refused); !errors.Is(err, refused) || !strings.HasPrefix(err.Error(), "enter the session again: ") {
		t.Errorf("a refusal: %v", err)
	}
	if err := checkRelay(nil, nil); err == nil || !strings.HasSuffix(err.Error(), ": the login cannot carry the session") {
		t.Errorf("no pipe: %v", err)
	}
}

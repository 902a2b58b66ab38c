package x11

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

func TestParseDisplay(t *testing.T) {
	for _, c := range []struct{ text, places, auth string }{
		{":0", "[/tmp/.X11-unix/X0 @/tmp/.X11-unix/X0] 0", ":0"},
		{":77.2", "[/tmp/.X11-unix/X77 @/tmp/.X11-unix/X77] 2", ":77.2"},
		{"unix:1.0", "[/tmp/.X11-unix/X1 @/tmp/.X11-unix/X1] 0", "unix:1.0"},
		{"host/unix:1", "[/tmp/.X11-unix/X1 @/tmp/.X11-unix/X1] 0", "host/unix:1"},
		{"localhost:10.0", "[localhost port 6010] 0", "unix:10.0"},
		{"host.example:0.1", "[host.example port 6000] 1", "host.example:0.1"},
		{"tcp/host:3", "[host port 6003] 0", "tcp/host:3"},
		{"192.0.2.1:59535", "[192.0.2.1 port 65535] 0", "192.0.2.1:59535"},
		{"[2001:db8::1]:2", "[2001:db8::1 port 6002] 0", "[2001:db8::1]:2"},
		{"fe80::1%eth0:2", "[fe80::1%eth0 port 6002] 0", "fe80::1%eth0:2"},
		{"/private/tmp/com.apple.launchd.x/org.xquartz:0", "[/private/tmp/com.apple.launchd.x/org.xquartz:0] 0",
			"/private/tmp/com.apple.launchd.x/org.xquartz:0"},
		{"/tmp/org.xquartz:0.1", "[/tmp/org.xquartz:0] 1", "/tmp/org.xquartz:0.1"},
	} {
		t.Run(c.text, func(t *testing.T) {
			d, err := ParseDisplay(c.text)
			if got := fmt.Sprint(d.places, " ", d.Screen()); err != nil || got != c.places || d.authName() != c.auth {
				t.Errorf("%s, %s, %v, want %s, %s", got, d.authName(), err, c.places, c.auth)
			}
		})
	}
	for text, want := range map[string]string{
		":77;x":    `DISPLAY ":77;x" invalid; disabling X11 forwarding`,
		"-q:0":     `DISPLAY "-q:0" invalid; disabling X11 forwarding`,
		"ä:0":      `DISPLAY "ä:0" invalid; disabling X11 forwarding`,
		"foo":      "Could not find ':' in DISPLAY: foo",
		":":        "Could not parse display number from DISPLAY: :",
		":59536":   "Could not parse display number from DISPLAY: :59536",
		"host:-1":  "Could not parse display number from DISPLAY: host:-1",
		"host:1x0": "Could not parse display number from DISPLAY: host:1x0",
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := ParseDisplay(text); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}

// TestDialFails has the first place of several in the message, in ssh's words.
func TestDialFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	for _, c := range []struct {
		places []place
		want   string
	}{
		{[]place{{"unix", "/no/such/X0"}, {"unix", "@/no/such/X0"}}, "connect /no/such/X0: "},
		{[]place{{"tcp", l.Addr().String()}}, fmt.Sprintf("connect 127.0.0.1 port %d: ", port)},
	} {
		t.Run(c.want, func(t *testing.T) {
			d := Display{places: c.places}
			if _, err := d.dial(t.Context()); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

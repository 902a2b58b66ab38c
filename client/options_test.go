package client

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestReadOptions(t *testing.T) {
	tests := []struct {
		name    string
		program string
		args    string
		change  func(*options)
	}{
		{"host", programGM, "host", nil},
		{"command", programGM, "host ls -la", func(o *options) { o.command = []string{"ls", "-la"} }},
		{"command after dashes", programGM, "host -- ls", func(o *options) { o.command = []string{"ls"} }},
		{"dashes before the host", programGM, "-- host new", func(o *options) { o.command = []string{"new"} }},
		{"a host called server", programGM, "-- server new", func(o *options) { o.destination, o.command = "server", []string{"new"} }},
		{"always", programGM, "-a host", func(o *options) { o.predict = "always" }},
		{"never", programGM, "-n host", func(o *options) { o.predict = "never" }},
		{"the last one counts", programGM, "-n --predict=experimental host", func(o *options) { o.predict = "experimental" }},
		{"a cluster", programGM, "-ao6 host", func(o *options) { o.predict, o.overwrite, o.family = "always", true, "inet6" }},
		{"-4", programGM, "-4 host", func(o *options) { o.family = "inet" }},
		{"family", programGM, "--family=all host", func(o *options) { o.family = "all" }},
		{"no-init", programGM, "--no-init host", func(o *options) { o.noInit = true }},
		{"no-ssh-pty", programGM, "--no-ssh-pty host", nil},
		{"port", programGM, "-p 60010 host", func(o *options) { o.port = "60010" }},
		{"ports", programGM, "--port=60010:60020 host", func(o *options) { o.port = "60010:60020" }},
		{"bind any", programGM, "--bind-server=any host", func(o *options) { o.bindServer = "any" }},
		{"bind an address", programGM, "--bind-server ::1 host", func(o *options) { o.bindServer = "::1" }},
		{"remote ip", programGM, "--experimental-remote-ip=remote host", func(o *options) { o.remoteIP = "remote" }},
		{"ssh port", programGM, "--ssh-port=2222 host", func(o *options) { o.sshPort = 2222 }},
		{"ssh options", programGM, "--ssh-option=A=b --ssh-option=C=d host", func(o *options) { o.sshOptions = []string{"A=b", "C=d"} }},
		{"client and server", programGM, "--client=c --server=s host", func(o *options) { o.client, o.server = "c", "s" }},
		{"local", programGM, "--local", func(o *options) { o.local, o.destination = true, "127.0.0.1" }},
		{"local command", programGM, "--local vi -n", func(o *options) {
			o.local, o.destination, o.command = true, "127.0.0.1", []string{"vi", "-n"}
		}},
		{"mosh reads on", programMosh, "host -a ls", func(o *options) { o.predict, o.command = "always", []string{"ls"} }},
		{"mosh stops at dashes", programMosh, "host -- ls -a", func(o *options) { o.command = []string{"ls", "-a"} }},
		{"mosh local has an address", programMosh, "--local 127.0.0.2 ls", func(o *options) {
			o.local, o.destination, o.command = true, "127.0.0.2", []string{"ls"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := options{destination: "host", family: "prefer-inet", bindServer: "ssh", ssh: "ssh", remoteIP: "proxy"}
			if test.change != nil {
				test.change(&want)
			}
			got, err := readOptions(test.program, strings.Fields(test.args))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.command) == 0 {
				got.command = nil
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestReadOptionsRefuses(t *testing.T) {
	for _, args := range []string{
		"", "--bogus host", "--predict=bogus host", "--family=bogus host", "-p bogus host", "-p 70000 host",
		"--bind-server=bogus host", "--experimental-remote-ip=bogus host", "--ssh-port=70000 host",
		"--ssh-port=x host", "--ssh-option=bogus host", "-p", "--help=maybe",
	} {
		if o, err := readOptions(programGM, strings.Fields(args)); err == nil {
			t.Errorf("%q is taken: %+v", args, o)
		}
	}
	if _, err := readOptions(programMosh, []string{"--local"}); err == nil {
		t.Error("mosh --local is taken without an address")
	}
}

func TestReadOptionsHelpNeedsNoHost(t *testing.T) {
	if o, err := readOptions(programGM, []string{"--help"}); err != nil || !o.help {
		t.Errorf("--help: %+v, %v", o, err)
	}
	if o, err := readOptions(programGM, []string{"--version"}); err != nil || !o.version {
		t.Errorf("--version: %+v, %v", o, err)
	}
}

func TestSSHCommand(t *testing.T) {
	o := options{ssh: `ssh -p 2222 -i 'my key'`, sshOptions: []string{"User=me"}}
	got, err := o.sshCommand()
	want := []string{"ssh", "-p", "2222", "-i", "my key", "-o", "User=me"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	o, err = readOptions(programGM, []string{"-v", "-l", "me", "-J", "a,b", "-i", "key", "-F", "file", "host"})
	want = []string{"ssh", "-v", "-l", "me", "-J", "a,b", "-i", "key", "-F", "file"}
	if got, _ := o.sshCommand(); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	o.ssh = `ssh "`
	if _, err := o.sshCommand(); err == nil {
		t.Error("an open quote is taken")
	}
}

func TestUsageFitsAScreen(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(fmt.Sprintf(usage, programMosh), "\n"), "\n")
	if len(lines) > 24 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// Every option that can be given is in the help.
func TestUsageIsComplete(t *testing.T) {
	var o options
	aliases := []string{"predict-always", "predict-never", "inet", "inet6", "no-ssh-pty",
		"login", "identity", "ssh-config", "jump", "verbose"}
	o.flags(programGM).VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(aliases, f.Name) && !strings.Contains(usage, "--"+f.Name) {
			t.Errorf("--%s is not in the help", f.Name)
		}
		if f.Shorthand != "" && f.Shorthand != "h" && !strings.Contains(usage, "-"+f.Shorthand) {
			t.Errorf("-%s is not in the help", f.Shorthand)
		}
	})
}

func TestReadClientOptions(t *testing.T) {
	good := map[string]string{
		"127.0.0.1 60001":           "127.0.0.1:60001",
		"::1 60001":                 "[::1]:60001",
		"-v -v 127.0.0.1 60001":     "127.0.0.1:60001",
		"-#--predict=always ::1 99": "[::1]:99",
	}
	for args, want := range good {
		o, err := readClientOptions(strings.Fields(args))
		if err != nil || o.server.String() != want {
			t.Errorf("%q: %v, %v; want %s", args, o.server, err, want)
		}
	}
	o, err := readClientOptions([]string{"-# --ssh=ssh -a host |", "127.0.0.1", "1"})
	if err != nil || o.server.Port() != 1 {
		t.Errorf("the wrapper's command line: %+v, %v", o, err)
	}
	for _, args := range []string{"", "127.0.0.1", "host 60001", "127.0.0.1 0", "127.0.0.1 65536",
		"127.0.0.1 6x", "127.0.0.1 1 2", "--bogus 127.0.0.1 1"} {
		if o, err := readClientOptions(strings.Fields(args)); err == nil {
			t.Errorf("%q is taken: %+v", args, o)
		}
	}
	if o, err := readClientOptions([]string{"-c"}); err != nil || !o.colors {
		t.Errorf("-c: %+v, %v", o, err)
	}
}

func TestReport(t *testing.T) {
	var b bytes.Buffer
	report(&b, "gm", fmt.Errorf("outer: %w", hinted{fmt.Errorf("inner"), "do it"}))
	if got, want := b.String(), "gm: outer: inner\nhint: do it\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

package client

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"gm/client/manual"
	"gm/internal/hint"
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
		{"the last one has priority", programGM, "-n --predict=experimental host", func(o *options) { o.predict = "experimental" }},
		{"a cluster", programGM, "-ao6 host", func(o *options) { o.predict, o.overwrite, o.family = "always", true, "inet6" }},
		{"-4", programGM, "-4 host", func(o *options) { o.family = "inet" }},
		{"family", programGM, "--family=all host", func(o *options) { o.family = "all" }},
		{"plain", programGM, "--plain host", func(o *options) { o.plain = true }},
		{"no-init", programGM, "--no-init host", func(o *options) { o.noInit = true }},
		{"no-ssh-pty", programGM, "--no-ssh-pty host", nil},
		{"port", programGM, "-p 60010 host", func(o *options) { o.port = "60010" }},
		{"ports", programGM, "--port=60010:60020 host", func(o *options) { o.port = "60010:60020" }},
		{"bind any", programGM, "--bind-server=any host", func(o *options) { o.bindServer = "any" }},
		{"bind an address", programGM, "--bind-server ::1 host", func(o *options) { o.bindServer = "::1" }},
		{"remote ip", programGM, "--experimental-remote-ip=remote host", func(o *options) { o.remoteIP = "remote" }},
		{"deploy", programGM, "--deploy=never host", func(o *options) { o.deploy = "never" }},
		{"uninstall", programGM, "--uninstall host", func(o *options) { o.uninstall = true }},
		{"ssh port", programGM, "--ssh-port=2222 host", func(o *options) { o.sshPort = 2222 }},
		{"the greatest ssh port", programGM, "--ssh-port=65535 host", func(o *options) { o.sshPort = 65535 }},
		{"ssh options", programGM, "--ssh-option=A=b --ssh-option=C=d host", func(o *options) { o.sshOptions = []string{"A=b", "C=d"} }},
		{"client and server", programGM, "--client=c --server=s host", func(o *options) { o.client, o.server = "c", "s" }},
		{"local", programGM, "--local", func(o *options) { o.local, o.destination = true, "127.0.0.1" }},
		{"a link", programGM, "--local --link rtt=500ms,loss=30%", func(o *options) {
			o.local, o.destination, o.link = true, "127.0.0.1", "rtt=500ms,loss=30%"
		}},
		{"local command", programGM, "--local vi -n", func(o *options) {
			o.local, o.destination, o.command = true, "127.0.0.1", []string{"vi", "-n"}
		}},
		{"options of mosh after the host", programMosh, "host -a ls", func(o *options) { o.predict, o.command = "always", []string{"ls"} }},
		{"mosh stops at dashes", programMosh, "host -- ls -a", func(o *options) { o.command = []string{"ls", "-a"} }},
		{"mosh local has an address", programMosh, "--local 127.0.0.2 ls", func(o *options) {
			o.local, o.destination, o.command = true, "127.0.0.2", []string{"ls"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := options{program: test.program, destination: "host", family: "prefer-inet", bindServer: "ssh", ssh: "ssh", deploy: "auto", remoteIP: "proxy"}
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
			got.given = nil // TestKeywords
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
		"--deploy=bogus host", "--uninstall", "--uninstall host ls", "--uninstall --local",
		"--ssh-port=x host", "--ssh-port=65536 host", "--ssh-port=-1 host", "--ssh-option=bogus host", "--ssh-option==value host", "-p", "--help=maybe",
		"--link=rtt=1s host", "--local --link=loss=2", "--local --link=rtt=1s --client=mosh-client",
	} {
		if o, err := readOptions(programGM, strings.Fields(args)); err == nil {
			t.Errorf("%q is accepted: %+v", args, o)
		}
	}
	if o, err := readOptions(programGM, []string{""}); err == nil {
		t.Errorf("an empty host is accepted: %+v", o)
	}
	if _, err := readOptions(programMosh, []string{"--local"}); err == nil {
		t.Error("mosh --local is accepted without an address")
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
	for line, want := range map[string]string{
		"-X": "-X", "-Y": "-Y", "-x": "-x", "-Xx": "-x", "-xX": "-X", "-XY": "-Y", "-YX": "-Y", "-YxX": "-X", "--forward-x11-trusted": "-Y",
	} {
		o, err := readOptions(programGM, []string{line, "host"})
		if got, _ := o.sshCommand(); err != nil || !slices.Equal(got, []string{"ssh", want}) {
			t.Errorf("%s: got %q, %v; want %s", line, got, err, want)
		}
	}
	o.ssh = `ssh "`
	if _, err := o.sshCommand(); err == nil {
		t.Error("an open quote is accepted")
	}
}

// The manual and the parser have the same options.
func TestManualListsEveryOption(t *testing.T) {
	var o options
	written := map[string]string{}
	for _, m := range manual.Options() {
		argument := ""
		if m.Arg != "" {
			argument = " with an argument"
		}
		written[m.Long] = "-" + m.Short + argument
	}
	o.flags(programGM).VisitAll(func(f *pflag.Flag) {
		argument := ""
		if f.NoOptDefVal == "" {
			argument = " with an argument"
		}
		if got, want := written[f.Name], "-"+f.Shorthand+argument; got != want {
			t.Errorf("--%s in the manual: %q, want %q", f.Name, got, want)
		}
		delete(written, f.Name)
	})
	for name := range written {
		t.Errorf("--%s is in the manual only", name)
	}
}

// Every completion in the manual is a valid value.
func TestManualValues(t *testing.T) {
	for _, m := range manual.Options() {
		for _, value := range m.Values() {
			if _, err := readOptions(programGM, []string{"--" + m.Long, value, "host"}); err != nil {
				t.Errorf("--%s %s: %v", m.Long, value, err)
			}
		}
	}
}

// TestManualKeywords compares the keywords in "gm help ssh_config" with those of
// package sshconfig.
func TestManualKeywords(t *testing.T) {
	source, err := os.ReadFile("../sshboot/sshconfig/keywords.go")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := manual.Topic("ssh_config")
	listed := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,\n", r) }) {
		listed[word] = true
	}
	known := regexp.MustCompile(`\{name: "(\w+)"`).FindAllSubmatch(source, -1)
	if len(known) < 50 {
		t.Fatalf("%d keywords found in the source", len(known))
	}
	for _, k := range known {
		if !listed[string(k[1])] {
			t.Errorf("%s is not in gm help ssh_config", k[1])
		}
	}
}

func TestHelp(t *testing.T) {
	for _, words := range [][]string{nil, {"topics"}, {"help"}} {
		var b strings.Builder
		if err := help(&b, words); err != nil || b.String() != manual.List() {
			t.Errorf("%q: %v, %q", words, err, b.String())
		}
	}
	var b strings.Builder
	if err := help(&b, []string{"udp"}); err != nil || !strings.Contains(b.String(), "ufw allow 60001:60999/udp") {
		t.Errorf("%v, %q", err, b.String())
	}
	err := help(&b, []string{"ls", "-l"})
	if err == nil || !strings.HasSuffix(hintOf(err), "gm -- help ls -l") {
		t.Errorf("%v, hint %q", err, hintOf(err))
	}
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
		"127.0.0.1 6x", "127.0.0.1 1 2", "127.0.0.1 1 -v", "--bogus 127.0.0.1 1"} {
		if o, err := readClientOptions(strings.Fields(args)); err == nil {
			t.Errorf("%q is accepted: %+v", args, o)
		}
	}
	if o, err := readClientOptions([]string{"-c"}); err != nil || !o.colors {
		t.Errorf("-c: %+v, %v", o, err)
	}
}

func TestReport(t *testing.T) {
	var b bytes.Buffer
	report(&b, "gm", fmt.Errorf("outer: %w", &hint.Error{Err: fmt.Errorf("inner"), Hint: "do it"}))
	if got, want := b.String(), "gm: outer: inner\nhint: do it\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

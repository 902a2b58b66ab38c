package sshline

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// lines returns the settings of l, separated by semicolons.
func (l *Line) lines() string {
	var lines []string
	for _, s := range l.Settings {
		if s.Option == 'i' || s.Option == 'L' || s.Option == 'R' || s.Option == 'D' {
			s.Value = "-" + string(s.Option) + " " + s.Value
		}
		lines = append(lines, s.Value)
	}
	return strings.Join(lines, "; ")
}

func anySetting(Setting) error { return nil }

func parse(t *testing.T, args ...string) Line {
	t.Helper()
	l, err := Parse(args, anySetting)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return l
}

func TestSettings(t *testing.T) {
	for args, want := range map[string]string{
		"h":                       "",
		"-4 h":                    "AddressFamily inet",
		"-46 h":                   "AddressFamily inet6",
		"-A -a h":                 "ForwardAgent no",
		"-aA h":                   "ForwardAgent yes",
		"-o ForwardAgent=no -A h": "ForwardAgent yes; ForwardAgent=no",
		"-Y h":                    "ForwardX11 yes; ForwardX11Trusted yes",
		"-Xx h":                   "ForwardX11 no",
		"-M h":                    "ControlMaster yes",
		"-MM h":                   "ControlMaster ask",
		"-f h x":                  "ForkAfterAuthentication yes; StdinNull yes",
		"-N h":                    "SessionType none; RequestTTY no",
		"-s h sftp":               "SessionType subsystem",
		"-t h":                    "RequestTTY yes",
		"-tt h":                   "RequestTTY force",
		"-t -T h":                 "RequestTTY no",
		"-vvvv h":                 "LogLevel DEBUG3",
		"-v -q h":                 "LogLevel QUIET",
		"-p 22 -p 23 h":           "Port 22; Port 23",
		"-l me you@h":             `User "me"; User "you"`,
		"you@h -l me":             `User "you"; User "me"`,
		"-luser -p22 h":           `User "user"; Port 22`,
		"ssh://me@h:44":           `User "me"; Port 44`,
		"-p 1 ssh://h:44":         "Port 1; Port 44",
		"-b 1 -b 2 h":             `BindAddress "2"`,
		"-L 80:a:90 -D7 -R 8 h":   "-L 80:a:90; -D 7; -R 8",
		"-i k -i l h":             "-i k; -i l",
		"-J a,b h":                `ProxyJump "a,b"`,
		"-w 1 h":                  "TunnelDevice 1; Tunnel yes",
		"-W a:1 h":                "RequestTTY no; SessionType none; ClearAllForwardings yes; ExitOnForwardFailure yes",
		"-e none -e ^B h":         `EscapeChar "^B"`,
		"-P work h":               `Tag "work"`,
		"-Kk h":                   "GSSAPIAuthentication yes; GSSAPIDelegateCredentials no",
		"-Cgnv h":                 "Compression yes; GatewayPorts yes; StdinNull yes; LogLevel DEBUG1",
		"-S none -I lib h":        `ControlPath "none"; PKCS11Provider "lib"`,
	} {
		t.Run(args, func(t *testing.T) {
			l, err := Parse(strings.Fields(args), anySetting)
			if err != nil || l.lines() != want {
				t.Errorf("settings %q, %v, want %q", l.lines(), err, want)
			}
		})
	}
}

func TestDestinationAndCommand(t *testing.T) {
	for args, want := range map[string][2]string{
		"h":                       {"h", ""},
		"me@h ls -l":              {"h", "ls -l"},
		"a@b@h":                   {"h", ""},
		"h -p 1 ls -l":            {"h", "ls -l"},
		"h -v -- ls -l":           {"h", "ls -l"},
		"h -- -x":                 {"h", "-x"},
		"-- h -p 1":               {"h", "-p 1"},
		"h -T ls -T":              {"h", "ls -T"},
		"h -- -- x":               {"h", "-- x"},
		"ssh://me;x=1@h:22/ ls":   {"h", "ls"},
		"ssh://[::1]:22 ls":       {"::1", "ls"},
		"::1":                     {"::1", ""},
		"h - x":                   {"h", "- x"},
		"h:44":                    {"h:44", ""},
		"-s h sftp":               {"h", "sftp"},
		"h sftp -s":               {"h", "sftp -s"},
		"-o Port=1 h -o User=x c": {"h", "c"},
	} {
		t.Run(args, func(t *testing.T) {
			l := parse(t, strings.Fields(args)...)
			if l.Host != want[0] || l.Command != want[1] {
				t.Errorf("host %q, command %q", l.Host, l.Command)
			}
		})
	}
	if d := (&Line{Host: "h:44"}).Destination(); d != "[h:44]" {
		t.Errorf("destination %s", d)
	}
}

func TestErrors(t *testing.T) {
	for args, want := range map[string]string{
		"":                          "usage",
		"@h":                        "usage",
		"ssh://":                    "usage",
		"ssh://h/x":                 "usage",
		"-v":                        "usage",
		"u@":                        "ssh: Could not resolve hostname : Name or service not known",
		"-9 h":                      "unknown option -- 9 usage",
		"--foo h":                   "unknown option -- - usage",
		"-L":                        "option requires an argument -- L usage",
		"h -p":                      "option requires an argument -- p usage",
		"-1 h":                      "SSH protocol v.1 is no longer supported",
		"-p 0 h":                    "Bad port '0'",
		"-p x h":                    "Bad port 'x'",
		"-e xx h":                   "Bad escape character 'xx'.",
		"-L foo h":                  "Bad local forwarding specification 'foo'",
		"-R foo h":                  "Bad remote forwarding specification 'foo'",
		"-D foo h":                  "Bad dynamic forwarding specification 'foo'",
		"-W a h":                    "Bad stdio forwarding specification 'a'",
		"-W a:1 -W b:2 h":           "stdio forward already specified",
		"-O check -W a:1 h":         "Cannot specify stdio forward with -O",
		"-W a:1 -O check h":         "Cannot specify multiplexing command with -W",
		"-O check -O exit h":        "Multiplexing command already specified",
		"-O foo h":                  "Invalid multiplex command.",
		"-w x h":                    "Bad tun device 'x'",
		"-J a -J b h":               "Only a single -J option is permitted (use commas to separate multiple jump hops)",
		"-o ProxyJump=a -J b h":     "Only a single -J option is permitted (use commas to separate multiple jump hops)",
		"-o ProxyCommand=x -J b h":  "Cannot specify -J with ProxyCommand",
		"-J a:b h":                  "Invalid -J argument",
		"-N -s h":                   "Cannot specify -s with -N/SessionType",
		"-s -N h x":                 "Cannot specify -N with -s/SessionType",
		"-o SessionType=none -s h":  "Cannot specify -s with -N/SessionType",
		"-s h":                      "You must specify a subsystem to invoke. usage",
		"a;b":                       "hostname contains invalid characters",
		"-- -x":                     "hostname contains invalid characters",
		"-o SessionType=default -N": "Cannot specify -N with -s/SessionType",
	} {
		t.Run(args, func(t *testing.T) {
			_, err := Parse(strings.Fields(args), anySetting)
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			got := e.Text
			if e.Usage {
				got = strings.TrimSpace(got + " usage")
			}
			if got != want {
				t.Errorf("error %q, want %q", got, want)
			}
		})
	}
}

// The first error in the order of the command line counts.
func TestSettingsAreCheckedInTheirOrder(t *testing.T) {
	bad := errors.New("bad")
	var seen []Setting
	check := func(s Setting) error {
		seen = append(seen, s)
		if s.Value == "Bad=1" {
			return bad
		}
		return nil
	}
	if _, err := Parse([]string{"-o", "A=1", "-c", "x", "-m", "y", "-oBad=1", "-9"}, check); err != bad {
		t.Errorf("error %v", err)
	}
	want := []Setting{{'o', "A=1"}, {'c', `Ciphers "x"`}, {'m', `MACs "y"`}, {'o', "Bad=1"}}
	if !slices.Equal(seen, want) {
		t.Errorf("checked %v, want %v", seen, want)
	}
	if _, err := Parse([]string{"-9", "-oBad=1"}, check); err == bad {
		t.Error("the setting counts before the option")
	}
}

// -V and -Q end the parsing, so that neither a host nor what follows matters.
func TestImmediateOptions(t *testing.T) {
	if l := parse(t, "-V", "-9"); !l.Version {
		t.Error("no version")
	}
	if l := parse(t, "-Q", "cipher", "-9"); l.Query != "cipher" {
		t.Errorf("query %q", l.Query)
	}
	if _, err := Parse([]string{"-9", "-V"}, anySetting); err == nil {
		t.Error("no error for the option before -V")
	}
}

func TestOptionsAboutTheProgram(t *testing.T) {
	l := parse(t, "-GTvvyE", "log", "-F", "none", "-O", "check", "host")
	if !l.PrintConfig || l.TTY != TTYNone || l.Verbose != 2 || !l.Syslog || l.LogFile != "log" || l.ConfigFile != "none" || l.Control != "check" {
		t.Errorf("%+v", l)
	}
	if l.Given != "GTvyEFO" {
		t.Errorf("given %q", l.Given)
	}
	words := strings.Join(l.SSHCommand(), " ")
	if words != "ssh -F none -o RequestTTY no -o LogLevel DEBUG2" {
		t.Errorf("words %q", words)
	}
	l = parse(t, "-i", "k", "-L", "80:a:90", "h")
	if words := strings.Join(l.SSHCommand(), " "); words != "ssh -i k -L 80:a:90" {
		t.Errorf("words %q", words)
	}
}

// Each option of the getopt string is parsed: none is without effect by mistake.
func TestEveryOptionIsParsed(t *testing.T) {
	without := "2" // no other version is left
	values := map[byte]string{'p': "22", 'L': "1:a:2", 'R': "1", 'D': "1", 'W': "a:1", 'w': "1", 'e': "x", 'J': "a", 'O': "check", 'o': "Port=1"}
	none := parse(t, "h", "c")
	for i := range len(Options) {
		letter := Options[i]
		if letter == ':' || letter == '1' || strings.IndexByte(without, letter) >= 0 {
			continue
		}
		t.Run(string(letter), func(t *testing.T) {
			args := []string{"-" + string(letter)}
			if i+1 < len(Options) && Options[i+1] == ':' {
				value := values[letter]
				if value == "" {
					value = "x"
				}
				args = append(args, value)
			}
			l := parse(t, append(args, "h", "c")...)
			l.Given = ""
			if l.lines() == none.lines() && l.PrintConfig == none.PrintConfig && l.Version == none.Version && l.Query == none.Query &&
				l.Control == none.Control && l.LogFile == none.LogFile && l.Syslog == none.Syslog && l.ConfigFile == none.ConfigFile {
				t.Errorf("-%c has no effect", letter)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"-p\x0022\x00h", "h\x00-v\x00--\x00ls", "-tt\x00ssh://a@b:1\x00x", "-L80:a:90\x00@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(strings.Split(text, "\x00"), anySetting)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("error %T", err)
			}
			return
		}
		if l.Host == "" && !l.Version && l.Query == "" {
			t.Error("no host and no error")
		}
		l.SSHCommand()
	})
}

package client

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/client/manual"
	"gm/client/predict"
)

// configured returns the options of a command line with a configuration file of gm.
func configured(t *testing.T, config, args string) options {
	t.Helper()
	writeConfig(t, config)
	o, err := readOptions(programGM, strings.Fields(args))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.readConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// writeConfig writes the user's file of gm, and has no others.
func writeConfig(t *testing.T, text string) (path string) {
	t.Helper()
	base := t.TempDir()
	t.Setenv("HOME", base)
	for _, name := range []string{"XDG_CONFIG_HOME", "APPDATA"} {
		t.Setenv(name, base)
	}
	path = filepath.Join(base, "gm", "config")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// aKeyword is a keyword with a value other than the default, and what shows its effect.
var aKeyword = map[string]struct {
	value  string
	effect func(o options, s settings) any
	want   any
}{
	"Predict":          {"always", func(_ options, s settings) any { return s.predict }, predict.Always},
	"PredictOverwrite": {"yes", func(_ options, s settings) any { return s.overwrite }, true},
	"EscapeKey":        {"^B", func(_ options, s settings) any { return s.escape.name }, "Ctrl-B"},
	"TitlePrefix":      {"no", func(_ options, s settings) any { return s.titlePrefix }, ""},
	"Notices":          {"no", func(o options, _ settings) any { return slices.Contains(o.sessionArgs(lookupIn(nil)), "gm-notice=no") }, true},
	"TermInit":         {"no", func(_ options, s settings) any { return s.noInit }, true},
	"Scrollback":       {"off", func(o options, _ settings) any { return o.scrollback }, "off"},
	"Passthrough":      {"no", func(_ options, s settings) any { return s.noPassages }, true},
	"Plain":            {"yes", func(_ options, s settings) any { return s.plain }, true},
	"ScrollbackLines":  {"77", func(_ options, s settings) any { return s.historyLines }, 77},
	"Name":             {"work", func(o options, _ settings) any { return o.name }, "work"},
	"Linger":           {"12h", func(o options, _ settings) any { return o.linger }, "12h"},
	"Size":             {"smallest", func(o options, _ settings) any { return o.size }, "smallest"},
	"UDPPort":          {"60010:60020", func(o options, _ settings) any { return o.port }, "60010:60020"},
	"Path":             {"ssh", func(o options, _ settings) any { return o.path }, "ssh"},
	"Family":           {"inet6", func(o options, _ settings) any { return o.family }, "inet6"},
	"BindServer":       {"any", func(o options, _ settings) any { return o.bindServer }, "any"},
	"Server":           {"/opt/gm server", func(o options, _ settings) any { return o.server }, "/opt/gm server"},
	"ConfirmAgent":     {"yes", func(o options, _ settings) any { return o.confirm }, true},
	"Deploy":           {"never", func(o options, _ settings) any { return o.deploy }, "never"},
}

func withSettings(t *testing.T, o options) settings {
	t.Helper()
	s, err := o.settings(programGM)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.readSessionEnvironment(os.LookupEnv); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestKeywords sets each keyword in the file, and overrides it by each option and variable.
func TestKeywords(t *testing.T) {
	text, _ := manual.Topic("config")
	for _, k := range keywords {
		t.Run(k.name, func(t *testing.T) {
			a := aKeyword[k.name]
			line := k.name + " \"" + a.value + "\"\n"
			o := configured(t, line, "host")
			if got := a.effect(o, withSettings(t, o)); got != a.want {
				t.Errorf("%s has the effect %v, want %v", line, got, a.want)
			}
			if k.def != "" {
				if err := k.check(k.name, k.def); err != nil {
					t.Errorf("the default: %v", err)
				}
			}
			if !strings.Contains(text, "\n"+k.name+"\n") && !strings.Contains(text, "\n  "+k.name+"\n") {
				t.Error("is not in gm help config")
			}
			for override := range strings.FieldsSeq(k.overrides) {
				name, fixed, _ := strings.Cut(override, "=")
				value := fixed
				if value == "" {
					value = k.def
				}
				if name == "--name" {
					value = "other"
				}
				o := o
				option, isOption := strings.CutPrefix(name, "--")
				lookup := lookupIn(nil)
				if isOption {
					o.given = map[string]string{option: value}
				} else {
					lookup = lookupIn(map[string]string{name: value})
				}
				if got := o.override(k, lookup); got.Source != name || got.Text != value {
					t.Errorf("%s: %+v", override, got)
				}
			}
		})
	}
	if len(aKeyword) != len(keywords) {
		t.Errorf("%d keywords are tested, of %d", len(aKeyword), len(keywords))
	}
}

// TestOrderOfSources holds that an option overrides a variable, and a variable the file.
func TestOrderOfSources(t *testing.T) {
	const file = "Predict never\nUDPPort 60005\n"
	o := configured(t, file, "host")
	if s := withSettings(t, o); s.predict != predict.Never || o.port != "60005" {
		t.Errorf("of the file: %v, port %s", s.predict, o.port)
	}
	t.Setenv("MOSH_PREDICTION_DISPLAY", "always")
	t.Setenv("GM_PORT", "60006")
	o = configured(t, file, "host")
	if s := withSettings(t, o); s.predict != predict.Always {
		t.Errorf("of the variable: %v", s.predict)
	}
	if o.readSessionEnvironment(os.LookupEnv); o.port != "60006" {
		t.Errorf("of the variable: port %s", o.port)
	}
	o = configured(t, file, "--predict=experimental -p 60007 host")
	if s := withSettings(t, o); s.predict != predict.Experimental || o.port != "60007" {
		t.Errorf("of the option: %v, port %s", s.predict, o.port)
	}
	for args, want := range map[string]string{"-a host": "always", "-n host": "never", "host": "experimental"} {
		if got := configured(t, "Predict experimental\n", args).predict; got != want && args != "host" {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
}

// TestKeywordsOfNewSessions holds that those keywords do not apply to others.
func TestKeywordsOfNewSessions(t *testing.T) {
	const file = "Name work\nLinger 12h\nSize smallest\nPath ssh\n"
	for args, want := range map[string]string{
		"host":          "work 12h smallest ssh",
		"host vi":       " 12h smallest ssh",
		"--name=x host": "x 12h smallest ssh",
		"--local":       "work 12h smallest ",
		"attach host":   "   ssh",
		"attach host y": "y   ssh",
		"kill host z":   "   ssh",
		"-T host":       " 12h smallest ssh",
		"-N host":       " 12h smallest ssh",
		"--uninstall h": "   ssh",
		"--path=udp h":  "work 12h smallest udp",
		"--linger=1h h": "work 1h smallest ssh",
	} {
		t.Run(args, func(t *testing.T) {
			writeConfig(t, file)
			o, err := readOptions(programGM, strings.Fields(args))
			if err != nil {
				t.Fatal(err)
			}
			o.stdio = o.noTTY || o.noProgram
			if err := o.readConfig(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join([]string{o.name, o.linger, o.size, o.path}, " "); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestMoshHasNoConfiguration(t *testing.T) {
	writeConfig(t, "Predict always\nnonsense\n")
	o, err := readOptions(programMosh, []string{"host"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.readConfig(t.Context()); err != nil || o.predict != "" {
		t.Errorf("predict %q, %v", o.predict, err)
	}
}

// TestConfigurationErrors wants the file and the line.
func TestConfigurationErrors(t *testing.T) {
	for text, want := range map[string]string{
		"Predict sometimes":       `Predict is adaptive, always, never or experimental, not "sometimes"`,
		"PredictOverwrite maybe":  `PredictOverwrite is yes or no, not "maybe"`,
		"EscapeKey ab":            `EscapeKey is a character, ^ and a letter for Ctrl, or none, not "ab"`,
		"EscapeKey ^C":            `not "^C"`,
		"ScrollbackLines 0":       `ScrollbackLines is a number from 1 to 100000, not "0"`,
		"ScrollbackLines 1000000": `ScrollbackLines is a number`,
		"Name a/b":                `a/b`,
		"Linger soon":             `Linger is a duration`,
		"Size huge":               `Size is latest, smallest or largest, not "huge"`,
		"UDPPort 70000":           `UDPPort: `,
		"Path tcp":                `Path is auto, udp or ssh, not "tcp"`,
		"Family inet5":            `Family is prefer-inet`,
		"BindServer here":         `BindServer is ssh, any or an IP address, not "here"`,
		"Deploy often":            `Deploy is auto, always or never, not "often"`,
		"Pth ssh":                 `the nearest is Path`,
	} {
		t.Run(text, func(t *testing.T) {
			path := writeConfig(t, "\n"+text+"\n")
			o, err := readOptions(programGM, []string{"host"})
			if err != nil {
				t.Fatal(err)
			}
			err = o.readConfig(t.Context())
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path+" line 2: ") {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}

func TestEscapeText(t *testing.T) {
	for value, want := range map[string]string{
		"none": "", "~": "~", "^B": "\x02", "^b": "\x02", "^^": "\x1e", "^?": "\x7f", "^[": "\x1b", "^]": "\x1d", "^": "^",
	} {
		if got, ok := escapeText(value); !ok || got != want {
			t.Errorf("%q: %q, %t", value, got, ok)
		}
	}
	for _, value := range []string{"^C", "^D", "^J", "^L", "^M", "", "ab", "^ab", "é", "\x00", "^1"} {
		if got, ok := escapeText(value); ok {
			t.Errorf("%q: %q", value, got)
		}
	}
}

// TestPrintConfigSources wants the values of both configurations, each with its source.
func TestPrintConfigSources(t *testing.T) {
	path := writeConfig(t, "Match originalhost h\n Predict never\n Linger 3d\n")
	ssh := filepath.Join(filepath.Dir(path), "ssh")
	if err := os.WriteFile(ssh, []byte("Host h\n HostName 192.0.2.1\n Port 2222\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GM_LINGER", "5d")
	o, err := readOptions(programGM, []string{"--print-config", "-F", ssh, "-l", "me", "-6", "h"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if status, err := printConfig(&b, o); err != nil || status != exitOK {
		t.Fatalf("%d, %v", status, err)
	}
	for _, want := range []string{
		"user me  # command line",
		"hostname 192.0.2.1  # " + ssh + " line 2",
		"port 2222  # " + ssh + " line 3",
		"batchmode no",
		"predict never  # " + path + " line 2",
		"linger 5d  # GM_LINGER",
		"family inet6  # --inet6",
		"udpport 60001:60999",
	} {
		if !strings.Contains("\n"+b.String(), "\n"+want+"\n") {
			t.Errorf("no line %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\nserver ") {
		t.Error("an empty default is printed")
	}
}

// TestMissingConfiguration holds that a missing file costs nothing: the configuration of
// ssh is not resolved for it.
func TestMissingConfiguration(t *testing.T) {
	path := writeConfig(t, "")
	os.Remove(path)
	if _, err := os.Stat("/etc/gm/config"); err == nil {
		t.Fatal("this machine has a configuration of gm")
	}
	o := options{program: programGM, destination: "h", ssh: "'"}
	if err := o.readConfig(context.Background()); err != nil {
		t.Error(err)
	}
}

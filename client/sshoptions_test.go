package client

import (
	"strings"
	"testing"

	"gm/internal/hint"
)

func TestSSHUsage(t *testing.T) {
	for line, want := range map[string]struct{ err, hint string }{
		"-o|StrictHostKeyChecking=no|host": {"option -o: in gm this is --predict-overwrite", "--ssh-option=StrictHostKeyChecking=no"},
		"-o|ConnectTimeout 5|host":         {"option -o: ", "--ssh-option=ConnectTimeout=5"},
		"-oStrictHostKeyChecking=no|host":  {"option -o: ", "--ssh-option=StrictHostKeyChecking=no"},
		"-oForwardAgent=yes|host":          {"option -o: ", "--ssh-option=ForwardAgent=yes"},
		"-voUser=me|host":                  {"option -o: ", "--ssh-option=User=me"},
		"-o|ProxyCommand=nc %h %p|host":    {"option -o: ", "--ssh-option='ProxyCommand=nc %h %p'"},
		"-L|8080:localhost:80|host":        {"", ""},
		"-tt|host":                         {"option -t: a session of gm always has a terminal", "leave it out"},
		"-vA|host":                         {"", ""},
		"-z|host":                          {"unknown option -z", ""},
		"--zz|host":                        {"unknown option --zz", ""},
		"-l":                               {"option -l needs an argument", ""},
		"--login":                          {"option --login needs an argument", ""},
		"host|-p|22":                       {"-p is after the host", "gm host -- -p"},
		"host|cd x; make":                  {"'cd x; make' is not the name of a program", "gm host sh -c 'cd x; make'"},
		"host|it's":                        {"", ""},
		"host|it's me":                     {"is not the name of a program", `sh -c 'it'\''s me'`},
		"host|--|ls -l":                    {"is not the name of a program", "gm host sh -c 'ls -l'"},
		"--local|ls -l":                    {"is not the name of a program", "gm --local sh -c 'ls -l'"},
		"host|--|-p":                       {"", ""},
		"host|sh|-c|cd x; make":            {"", ""},
		"-o|host":                          {"", ""},
		"-o|host|A=b":                      {"", ""},
		"-o|-F|a=b|host":                   {"", ""},
	} {
		_, err := readOptions(programGM, strings.Split(line, "|"))
		if want.err == "" {
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want.err) || !strings.Contains(hintOf(err), want.hint) {
			t.Errorf("%s: %v, hint %q", line, err, hintOf(err))
		}
	}
	if _, err := readOptions(programMosh, []string{"host", "--", "-p"}); err != nil {
		t.Error(err)
	}
}

// -p is explained if the host does not accept SSH connections, and not with any other
// error.
func TestPortIsExplained(t *testing.T) {
	launched := func(args ...string) error {
		o, err := readOptions(programGM, append(args, "-F", "none", "--ssh-option=BatchMode=yes", "127.0.0.1:1"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = launch(t.Context(), o, lookupIn(nil))
		return err
	}
	err := launched("-p", "2222")
	if err == nil || !strings.Contains(err.Error(), "connect to 127.0.0.1:1: ") || hintOf(err) != "-p is the UDP port of the session; the port of SSH is --ssh-port=2222" {
		t.Errorf("%v, hint %q", err, hintOf(err))
	}
	if err := launched(); err == nil || strings.Contains(hintOf(err), "-p") {
		t.Errorf("without -p: %v, hint %q", err, hintOf(err))
	}
	o := options{port: "2222"}
	if err := o.explainPort(&hint.Error{Err: errUsage, Hint: "other"}); hintOf(err) != "other" {
		t.Errorf("hint %q", hintOf(err))
	}
}

package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeLogind is a host on which a user has logged in, with the files and the
// answer of loginctl. asked counts the questions.
func fakeLogind(t *testing.T, files map[string]string, answer string, asked *int) logind {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return logind{
		root: root, user: "joe",
		run: func(name string, args ...string) ([]byte, error) {
			*asked++
			if name != "loginctl" || args[0] != "show-session" || answer == "" {
				return nil, errors.New("failed")
			}
			return []byte(answer), nil
		},
		look: func(name string) (string, error) {
			if files["usr/bin/"+name] == "" {
				return "", errors.New("not found")
			}
			return "/usr/bin/" + name, nil
		},
	}
}

const (
	inLogin  = "0::/user.slice/user-1000.slice/session-5.scope\n"
	oldStyle = "2:cpu:/\n1:name=systemd:/user.slice/user-1000.slice/session-c2.scope\n0::/\n"
	inUnit   = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n"
)

func TestLeaveLogin(t *testing.T) {
	const cgroup, conf, dropin, run, linger = "proc/self/cgroup", "etc/systemd/logind.conf", "usr/lib/systemd/logind.conf.d/x.conf", "usr/bin/systemd-run", "var/lib/systemd/linger/joe"
	const yes, answer = "[Login]\nKillUserProcesses=yes\n", "KillOnlyUsers=\nKillExcludeUsers=root\nKillUserProcesses=yes\n"
	for name, c := range map[string]struct {
		files   map[string]string
		answer  string
		asked   int
		leaves  bool
		warning string
	}{
		"no systemd":            {nil, answer, 0, false, ""},
		"a container":           {map[string]string{cgroup: "0::/\n", conf: yes}, answer, 0, false, ""},
		"a unit of the user's":  {map[string]string{cgroup: inUnit, conf: yes, run: "x"}, answer, 0, false, ""},
		"as Debian has it":      {map[string]string{cgroup: inLogin, conf: "[Login]\n#KillUserProcesses=no\n", run: "x"}, answer, 0, false, ""},
		"killing, lingering":    {map[string]string{cgroup: inLogin, conf: yes, run: "x", linger: ""}, answer, 1, true, ""},
		"killing":               {map[string]string{cgroup: inLogin, conf: yes, run: "x"}, answer, 1, true, "loginctl enable-linger"},
		"by a drop-in":          {map[string]string{cgroup: oldStyle, conf: "#KillUserProcesses=no\n", dropin: "[Login]\n KillUserProcesses = 1\n", run: "x", linger: ""}, answer, 1, true, ""},
		"by default":            {map[string]string{cgroup: inLogin, conf: "[Login]\n#KillUserProcesses=yes\n", run: "x", linger: ""}, answer, 1, true, ""},
		"no configuration":      {map[string]string{cgroup: inLogin, run: "x", linger: ""}, answer, 1, true, ""},
		"another file says no":  {map[string]string{cgroup: inLogin, conf: yes, run: "x"}, strings.ReplaceAll(answer, "yes", "no"), 1, false, ""},
		"not this user's":       {map[string]string{cgroup: inLogin, conf: yes, run: "x"}, strings.ReplaceAll(answer, "root", "root joe"), 1, false, ""},
		"some other user's":     {map[string]string{cgroup: inLogin, conf: yes, run: "x"}, strings.ReplaceAll(answer, "Only"+"Users=", "OnlyUsers=ann"), 1, false, ""},
		"this user's":           {map[string]string{cgroup: inLogin, conf: yes, run: "x", linger: ""}, strings.ReplaceAll(answer, "OnlyUsers=", "OnlyUsers=ann joe"), 1, true, ""},
		"logind does not say":   {map[string]string{cgroup: inLogin, conf: yes, run: "x"}, "", 1, false, ""},
		"no program for scopes": {map[string]string{cgroup: inLogin, conf: yes}, answer, 1, false, "has no systemd-run"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			launcher, warning := fakeLogind(t, c.files, c.answer, &asked).leave()
			if asked != c.asked || (launcher != nil) != c.leaves || !strings.Contains(warning, c.warning) || (warning == "") != (c.warning == "") {
				t.Errorf("launcher %q, warning %q, asked %d times", launcher, warning, asked)
			}
			if strings.Contains(warning, "\n") {
				t.Errorf("%q is more than a line", warning)
			}
		})
	}
}

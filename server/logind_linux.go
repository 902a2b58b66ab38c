package server

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// With KillUserProcesses=yes in logind.conf, systemd kills all processes of a login when
// the login ends, a detached server among them. A scope of the user's own manager is not
// part of the login (logind.conf(5), systemd-run(1)).

// logindTimeout bounds a query to logind.
const logindTimeout = 2 * time.Second

// logind reads the configuration of systemd-logind.
type logind struct {
	root string // of the file system, "/"
	user string
	// run returns the output of a program, look the path of one.
	run  func(name string, args ...string) ([]byte, error)
	look func(name string) (string, error)
}

// leaveLogin returns the words that must precede the server's command line so that it
// survives the login, and a warning if it may not. Both are usually empty.
func leaveLogin() (wrapper []string, warning string) {
	user := cmp.Or(os.Getenv("USER"), os.Getenv("LOGNAME"))
	return logind{"/", user, runBriefly, exec.LookPath}.leave()
}

func runBriefly(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), logindTimeout)
	defer cancel()
	return exec.CommandContext(ctx, name, args...).Output()
}

// leave is leaveLogin. It reads one file on a host without systemd, and a few more if
// the configuration does not mention KillUserProcesses. Only if it does is logind
// queried.
func (l logind) leave() (wrapper []string, warning string) {
	if !l.inLogin() || !l.mayKill() || !l.kills() {
		return nil, ""
	}
	const reason = "this host ends all processes at logout (KillUserProcesses=yes in logind.conf)"
	systemdRun, err := l.look("systemd-run")
	if err != nil {
		return nil, reason + ", and has no systemd-run to let the session live on"
	}
	wrapper = []string{systemdRun, "--user", "--scope", "--quiet", "--collect", "--"}
	if _, err := os.Stat(l.path("var/lib/systemd/linger", l.user)); err != nil {
		warning = reason + ": the session ends with your last login there, unless you run this there once: loginctl enable-linger"
	}
	return wrapper, warning
}

func (l logind) path(names ...string) string {
	return filepath.Join(append([]string{l.root}, names...)...)
}

// inLogin reports whether this process belongs to a login: whether it is in a control
// group session-ID.scope.
func (l logind) inLogin() bool {
	groups, err := os.ReadFile(l.path("proc/self/cgroup"))
	if err != nil {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(string(groups), func(c rune) bool { return c == '/' || c == '\n' }), func(name string) bool {
		return strings.HasPrefix(name, "session-") && strings.HasSuffix(name, ".scope")
	})
}

// enablesKilling reports whether a line of logind.conf sets KillUserProcesses, or has that as
// the default in a comment.
func enablesKilling(line string) bool {
	name, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "#")), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "KillUserProcesses") {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "yes", "true", "on", "1", "y", "t":
		return true
	}
	return false
}

// mayKill reports whether a configuration file enables the setting, or there is no
// file.
func (l logind) mayKill() bool {
	found := false
	for _, dir := range []string{"etc", "run", "usr/local/lib", "usr/lib", "lib"} {
		dropins, _ := filepath.Glob(l.path(dir, "systemd/logind.conf.d/*.conf")) // the pattern is good
		for _, file := range append(dropins, l.path(dir, "systemd/logind.conf")) {
			text, err := os.ReadFile(file)
			found = found || err == nil
			if slices.ContainsFunc(strings.Split(string(text), "\n"), enablesKilling) {
				return true
			}
		}
	}
	return !found
}

func (l logind) kills() bool {
	out, err := l.run("loginctl", "show-session", "--property=KillUserProcesses", "--property=KillOnlyUsers", "--property=KillExcludeUsers")
	if err != nil {
		return false
	}
	settings := map[string]string{}
	for line := range bytes.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), "=")
		settings[name] = value
	}
	only, exclude := strings.Fields(settings["KillOnlyUsers"]), strings.Fields(settings["KillExcludeUsers"])
	return settings["KillUserProcesses"] == "yes" && !slices.Contains(exclude, l.user) &&
		(len(only) == 0 || slices.Contains(only, l.user))
}

package server

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Where logind.conf says KillUserProcesses=yes, systemd ends all processes of a
// login when that ends, a detached server among them. A scope of the user's own
// manager is not part of the login (logind.conf(5), systemd-run(1)).

// maxLogindAnswer is how long logind may take to answer.
const maxLogindAnswer = 2 * time.Second

// logind is what decides about the processes of a login.
type logind struct {
	root string // of the file system, "/"
	user string
	// run gives what a program prints, and look where one is.
	run  func(name string, args ...string) ([]byte, error)
	look func(name string) (string, error)
}

// leaveLogin gives the words to put before the server's command line so that it
// outlives the login, and what to tell the user if it may not; mostly neither.
func leaveLogin() (launcher []string, warning string) {
	user := cmp.Or(os.Getenv("USER"), os.Getenv("LOGNAME"))
	return logind{"/", user, runBriefly, exec.LookPath}.leave()
}

func runBriefly(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), maxLogindAnswer)
	defer cancel()
	return exec.CommandContext(ctx, name, args...).Output()
}

// leave is leaveLogin. A host without systemd costs it one read of a file, one
// whose configuration does not speak of killing a few more; only where that
// does, logind itself is asked.
func (l logind) leave() (launcher []string, warning string) {
	if !l.inLogin() || !l.mayKill() || !l.kills() {
		return nil, ""
	}
	const says = "this host ends all processes at logout (KillUserProcesses=yes in logind.conf)"
	systemdRun, err := l.look("systemd-run")
	if err != nil {
		return nil, says + ", and has no systemd-run to let the session live on"
	}
	launcher = []string{systemdRun, "--user", "--scope", "--quiet", "--collect", "--"}
	if _, err := os.Stat(l.path("var/lib/systemd/linger", l.user)); err != nil {
		warning = says + ": the session ends with your last login there, unless you run this there once: loginctl enable-linger"
	}
	return launcher, warning
}

func (l logind) path(names ...string) string {
	return filepath.Join(append([]string{l.root}, names...)...)
}

// inLogin says that this process belongs to a login: it is in a control group
// session-ID.scope.
func (l logind) inLogin() bool {
	groups, err := os.ReadFile(l.path("proc/self/cgroup"))
	return err == nil && sessionScope.Match(groups)
}

var (
	sessionScope = regexp.MustCompile(`(?m)/session-[^/]+\.scope(/|$)`)
	// killLine is the setting, or, after a #, what it is by default.
	killLine = regexp.MustCompile(`(?mi)^\s*#?\s*KillUserProcesses\s*=\s*(yes|true|on|1|y|t)\s*$`)
)

// mayKill says that a configuration file has the setting on, or that there is
// no file.
func (l logind) mayKill() bool {
	found := false
	for _, dir := range []string{"etc", "run", "usr/local/lib", "usr/lib", "lib"} {
		dropins, _ := filepath.Glob(l.path(dir, "systemd/logind.conf.d/*.conf")) // the pattern is good
		for _, file := range append(dropins, l.path(dir, "systemd/logind.conf")) {
			text, err := os.ReadFile(file)
			found = found || err == nil
			if killLine.Match(text) {
				return true
			}
		}
	}
	return !found
}

// kills asks logind whether it kills this user's processes.
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

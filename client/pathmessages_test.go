package client

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gm/client/route"
)

func TestConnecting(t *testing.T) {
	const unreachable = "network is unreachable"
	for name, c := range map[string]struct {
		at   int
		bar  notificationBar
		want string
	}{
		"UDP":                         {250, notificationBar{}, "Nothing received from server on UDP port 60001."},
		"both, too soon":              {249, notificationBar{waits: onBoth}, ""},
		"both":                        {250, notificationBar{waits: onBoth}, "Nothing received from server on UDP port 60001 or through ssh."},
		"both for long":               {7000, notificationBar{waits: onBoth}, "Nothing received from server on UDP port 60001 or through ssh. (7 s without contact.)"},
		"both, UDP has no way":        {3000, notificationBar{waits: onBoth, sendError: unreachable, failingSince: ms(0)}, "Nothing received from server through ssh. Cannot send to UDP port 60001: network is unreachable."},
		"SSH":                         {3000, notificationBar{waits: onSSH}, "Nothing received from server through ssh."},
		"SSH, whatever UDP does":      {3000, notificationBar{waits: onSSH, sendError: unreachable, failingSince: ms(0)}, "Nothing received from server through ssh."},
		"SSH has ended":               {3000, notificationBar{waits: onSSH, login: "Logging in again over ssh..."}, "Nothing received from server through ssh. Logging in again over ssh..."},
		"SSH has ended, UDP is there": {250, notificationBar{login: "Logging in again over ssh..."}, "Nothing received from server on UDP port 60001. Logging in again over ssh..."},
	} {
		t.Run(name, func(t *testing.T) {
			c.bar.port, c.bar.started = 60001, ms(0)
			want := c.want
			if want != "" {
				want = "gm: " + want
			}
			if got := c.bar.text(ms(c.at), contact{}, 200); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestWaits(t *testing.T) {
	for name, c := range map[string]struct {
		path pathStatus
		want waits
	}{
		"a server that knows one path": {pathStatus{}, onUDP},
		"a login without a pipe":       {pathStatus{several: true}, onUDP},
		"a login with a pipe":          {pathStatus{several: true, pipe: true}, onBoth},
		"a pipe that has ended":        {pathStatus{several: true, pipeEnded: true}, onUDP},
		"--path=ssh":                   {pathStatus{several: true, pipe: true, sshAlone: true}, onSSH},
		"--path=ssh, ended":            {pathStatus{several: true, pipeEnded: true, sshAlone: true}, onSSH},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.path.waits(); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestConnectError: the diagnosis names the paths that were tried.
func TestConnectError(t *testing.T) {
	server := netip.MustParseAddrPort("192.0.2.1:60007")
	for name, c := range map[string]struct {
		server netip.AddrPort
		path   pathStatus
		want   string
		hint   string
	}{
		"UDP":                     {server, pathStatus{}, "192.0.2.1:60007: nothing came back, UDP seems blocked", "let UDP port 60007 through"},
		"both":                    {server, pathStatus{pipe: true}, "192.0.2.1:60007: nothing came back, neither by UDP nor through the SSH connection", "the server on the host hangs"},
		"SSH":                     {server, pathStatus{pipe: true, sshAlone: true}, "192.0.2.1:60007: nothing came back through the SSH connection", "the server on the host hangs"},
		"both, SSH has ended":     {server, pathStatus{pipeEnded: true}, "192.0.2.1:60007: the SSH connection ended, and nothing came back by UDP", "try again"},
		"SSH has ended":           {server, pathStatus{pipeEnded: true, sshAlone: true}, "192.0.2.1:60007: the SSH connection ended before the server answered", "try again"},
		"a host without address":  {netip.AddrPortFrom(netip.Addr{}, 60007), pathStatus{pipe: true}, "the host: nothing came back", "the server on the host hangs"},
		"beside a refusal by UDP": {server, pathStatus{pipe: true}, "neither by UDP nor through the SSH connection", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := connectError(c.server, sessionResult{reason: endNeverConnected, path: c.path, sendError: map[bool]string{true: "gone"}[c.hint == ""]}, "")
			if got := err.Error(); !strings.HasPrefix(got, "did not make a successful connection to ") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := hintOf(err); !strings.HasPrefix(got, c.hint) {
				t.Errorf("hint %q, want %q", got, c.hint)
			}
		})
	}
}

func TestLoginTexts(t *testing.T) {
	for name, c := range map[string]struct {
		path  pathStatus
		retry string
		want  string
	}{
		"one path":                  {pathStatus{Explanation: route.Explanation{Login: route.LoginRunning}}, "", ""},
		"none is needed":            {pathStatus{several: true}, "", ""},
		"running":                   {pathStatus{several: true, Explanation: route.Explanation{Login: route.LoginRunning}}, "", "udp silent, logging in again over ssh..."},
		"running, --path=ssh":       {pathStatus{several: true, Explanation: route.Explanation{Login: route.LoginRunning, Reason: route.ReasonForced}}, "", "Logging in again over ssh..."},
		"a question":                {pathStatus{several: true, Explanation: route.Explanation{Login: route.LoginNeedsUser}}, "Ctrl-^ r", "The login needs an answer: Ctrl-^ r logs in again."},
		"a question, no escape key": {pathStatus{several: true, Explanation: route.Explanation{Login: route.LoginNeedsUser}}, "", "The login needs an answer."},
		"failed":                    {pathStatus{several: true, loginError: "re\x1bfused", Explanation: route.Explanation{Login: route.LoginWaiting}}, "", "Login over ssh: re?fused."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.path.text(c.retry); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	if got := loginFailed(errors.New("no\nroute")); strings.ContainsAny(got, "\n") || !strings.HasPrefix(got, "The login has failed: no") {
		t.Errorf("a failed login is %q", got)
	}
}

func TestNoticesOfPaths(t *testing.T) {
	for why, want := range map[route.Reason]string{
		route.ReasonUDPSlow:       "UDP is slow here: the session goes through ssh.",
		route.ReasonUDPLossy:      "UDP loses much here: the session goes through ssh.",
		route.ReasonUDPSilent:     "UDP does not get through: the session goes through ssh.",
		route.ReasonUDPUnanswered: "UDP does not get through: the session goes through ssh.",
	} {
		t.Run(why.String(), func(t *testing.T) {
			if got := noticeSSH(why); got != want {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestPathMessagesPage: doc/messages.md and the code contain the same messages about
// paths, and each row names existing tests.
func TestPathMessagesPage(t *testing.T) {
	inCode := messagesIn(t, func(text string) bool {
		hint := slices.ContainsFunc(pathHints, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
		return !hint && strings.Count(text, " ") >= 2
	}, "pathmessages.go", "connection.go")
	checkMessages(t, "The paths of a session", inCode, testsIn(t, "."))
}

// checkMessages compares the rows of a section of doc/messages.md with the messages in the code
// and with the names of tests.
func checkMessages(t *testing.T, title string, inCode, tests map[string]bool) {
	t.Helper()
	page, err := os.ReadFile("../doc/messages.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## "+title+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	onPage := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)` \\| .*\\((Test[A-Za-z0-9, ]+)\\) \\|$").FindAllStringSubmatch(section, -1) {
		onPage[row[1]] = true
		if !inCode[row[1]] {
			t.Errorf("the page has a message that is not in the code: %q", row[1])
		}
		for name := range strings.SplitSeq(row[2], ", ") {
			if !tests[name] {
				t.Errorf("%q: there is no test %q", row[1], name)
			}
		}
	}
	for message := range inCode {
		if !onPage[message] {
			t.Errorf("the page lacks the row\n| `%s` | cause (tests) |", message)
		}
	}
}

var pathHints = []string{"let UDP port", "check the network", "try again", "the server on the host hangs", "… must be reachable", "did not make", "without --path"}

// messagesIn returns the texts in files for which isMessage is true. An ellipsis stands for each
// value.
func messagesIn(t *testing.T, isMessage func(text string) bool, files ...string) map[string]bool {
	t.Helper()
	messages := map[string]bool{}
	add := func(e ast.Expr) {
		if text := messageOf(e); isMessage(text) {
			messages[text] = true
		}
	}
	for _, name := range files {
		ast.Inspect(parsedClient(t, name), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.ADD {
					add(n)
					return false
				}
			case *ast.BasicLit:
				add(n)
			}
			return true
		})
	}
	return messages
}

var formatVerb = regexp.MustCompile(`%(\[\d\])?[a-z]`)

func messageOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return messageOf(e.X) + messageOf(e.Y)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return formatVerb.ReplaceAllString(text, "…")
		}
	}
	return "…"
}

func parsedClient(t *testing.T, name string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// testsIn returns the names of the tests in folders.
func testsIn(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	for _, folder := range folders {
		paths, err := filepath.Glob(folder + "/*_test.go")
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, path := range paths {
			for _, d := range parsedClient(t, path).Decls {
				if f, ok := d.(*ast.FuncDecl); ok {
					tests[f.Name.Name] = true
				}
			}
		}
	}
	return tests
}

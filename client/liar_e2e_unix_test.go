//go:build e2e && unix

package client

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// hostile is text with a control of each kind, followed by a forged line of gm's.
const hostile = "\x1b]0;title\x07\x1b[31m\x9b1m\u009b1m\u202e\u2066\u200f\x00\x07\x08\x0e\r\nhint: run this"

// TestLyingSSHServer logs in to servers of which one string is hostile, each in turn,
// and then to one of which all are.
func TestLyingSSHServer(t *testing.T) {
	sent := map[string]int{}
	for _, course := range sshboottest.Courses {
		l := startLiar(t, course, func(_, honest string) string { return honest })
		l.wantClean(t, "nothing")
		fields := l.Sent()
		for _, field := range fields {
			if sent[field]++; sent[field] > 1 {
				continue // lied about in an earlier course
			}
			for _, how := range []func(string) string{
				func(string) string { return hostile },
				func(honest string) string { return honest + "," + hostile },
			} {
				l := startLiar(t, course, func(f, honest string) string {
					if f == field {
						return how(honest)
					}
					return honest
				})
				l.wantClean(t, field)
			}
		}
		l = startLiar(t, course, func(f, honest string) string {
			if f == "version" || slices.Contains([]string{"key format", "key", "signature format", "signature"}, f) || strings.HasPrefix(f, "kexECDHReplyMsg.") {
				return honest // or there would be no more than an exchange of keys
			}
			return honest + "," + hostile
		})
		l.wantClean(t, "everything")
	}
	for field := range sent {
		if first, _ := utf8.DecodeRuneInString(field); unicode.IsUpper(first) {
			t.Errorf("%s is neither a field of the library's nor within one", field)
		}
	}
	wantEveryField(t, sent)
}

// liar is an SSH server with hostile strings, and the home of a user with its host key.
type liar struct {
	*sshboottest.Liar
	course, home string
}

func startLiar(t *testing.T, course sshboottest.Course, lie func(field, honest string) string) liar {
	t.Helper()
	l := liar{sshboottest.StartLiar(t, course, lie), course.Name, t.TempDir()}
	dir := filepath.Join(l.home, ".ssh")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	known := fmt.Sprintf("[127.0.0.1]:%d %s", l.Port, ssh.MarshalAuthorizedKey(l.HostKey))
	switch {
	case course.Certified:
		known = "@cert-authority * " + string(ssh.MarshalAuthorizedKey(l.CA))
	case course.Methods == "keyboard-interactive":
		known = "" // gm asks whether this is the host
	}
	if err := os.WriteFile(filepath.Join(dir, "known_hosts"), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	sshboottest.Keygen(t, filepath.Join(dir, "id_ed25519"), "-t", "ed25519")
	return l
}

// wantClean logs in to the server and checks all output to the terminal.
func (l liar) wantClean(t *testing.T, field string) {
	t.Helper()
	limit := 10
	if field == "version" {
		limit = 1 // without one, gm waits for it
	}
	w := open(t, programGM, []string{"HOME=" + l.home, "SSH_AUTH_SOCK=", "SSH_ASKPASS="},
		fmt.Sprintf("--ssh=ssh -v -oConnectTimeout=%d", limit), "--server=x", fmt.Sprintf("joe@127.0.0.1:%d", l.Port))
	text := w.raw("yes\r")
	if rest := strings.ReplaceAll(text, "\r\n", "\n"); !utf8.ValidString(rest) || strings.ContainsFunc(rest, func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf)
	}) {
		t.Errorf("%s, lying about %s: the terminal gets %q", l.course, field, text)
	}
	if !slices.Contains([]string{"everything", "userAuthBannerMsg.Message", "userAuthInfoRequestMsg.Name", "userAuthInfoRequestMsg.Instruction", "userAuthInfoRequestMsg.Prompts"}, field) &&
		strings.Contains(text, "\nhint: run this") {
		t.Errorf("%s, lying about %s: a line of gm's is forged in %q", l.course, field, text)
	}
	if strings.Contains(text, "goroutine ") || !strings.Contains(text, "gm: ") {
		t.Errorf("%s, lying about %s: gm ends with %q", l.course, field, text)
	}
}

// notSent are the messages of the library that no server sends to gm.
var notSent = map[string]string{
	"serviceRequestMsg":      "a client's",
	"userAuthRequestMsg":     "a client's",
	"kexECDHInitMsg":         "a client's",
	"kexDHReplyMsg":          "read as kexECDHReplyMsg is",
	"kexDHGexReplyMsg":       "read as kexECDHReplyMsg is",
	"channelDataMsg":         "for the library's debugging; the data are output and errors",
	"userAuthGSSAPIResponse": "gm has no GSSAPI",
	"userAuthGSSAPIToken":    "gm has no GSSAPI",
	"userAuthGSSAPIMIC":      "gm has no GSSAPI",
	"userAuthGSSAPIErrTok":   "gm has no GSSAPI",
	"userAuthGSSAPIError":    "gm has no GSSAPI",
	"pongMsg":                "an answer to what gm does not send",
}

// wantEveryField checks that sent has all strings in the SSH library's messages.
func wantEveryField(t *testing.T, sent map[string]int) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "golang.org/x/crypto/ssh").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "messages.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	fields := stringFields(file)
	if len(fields) < 40 {
		t.Fatalf("the library has %d fields", len(fields))
	}
	for _, field := range fields {
		message, _, _ := strings.Cut(field, ".")
		if sent[field] == 0 && notSent[message] == "" {
			t.Errorf("nothing lies about %s", field)
		}
	}
	for field := range maps.Keys(sent) {
		if strings.Contains(field, ".") && !slices.Contains(fields, field) {
			t.Errorf("the library has no %s", field)
		}
	}
}

// stringFields returns Message.Field for each string in the messages of a file, and for
// each list or blob that may contain strings.
func stringFields(file *ast.File) (fields []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		message, ok := spec.Type.(*ast.StructType)
		if !ok || len(message.Fields.List) == 0 || message.Fields.List[0].Tag == nil {
			return false
		}
		tag, _ := strconv.Unquote(message.Fields.List[0].Tag.Value)
		if reflect.StructTag(tag).Get("sshtype") == "" {
			return false
		}
		for _, field := range message.Fields.List {
			kind := fmt.Sprint(field.Type)
			if list, ok := field.Type.(*ast.ArrayType); ok && list.Len == nil {
				kind = fmt.Sprint(list.Elt)
			}
			if kind == "string" || kind == "byte" {
				fields = append(fields, spec.Name.Name+"."+field.Names[0].Name)
			}
		}
		return false
	})
	return fields
}

// TestHostileProgramsOfALogin: the output of the user's own programs is cleaned too.
func TestHostileProgramsOfALogin(t *testing.T) {
	program := filepath.Join(t.TempDir(), "askpass")
	const print = `printf '\033]0;title\007\302\233 \342\200\256said' >&2`
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+print+"; exit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"ProxyCommand=sh -c \"" + strings.ReplaceAll(print, `"`, ``) + "; exit 3\"", "ConnectTimeout=9"} {
		l := startLiar(t, sshboottest.Course{Methods: "password"}, func(_, honest string) string { return honest })
		w := open(t, programGM, []string{"HOME=" + l.home, "SSH_AUTH_SOCK=", "SSH_ASKPASS=" + program, "SSH_ASKPASS_REQUIRE=force"},
			"--ssh-option="+option, "--server=x", fmt.Sprintf("joe@127.0.0.1:%d", l.Port))
		if text := w.raw(""); strings.ContainsAny(text, "\x1b\x07\u009b\u202e") || !strings.Contains(text, "?]0;title?? said") || !strings.Contains(text, "gm: ") {
			t.Errorf("%s: the terminal gets %q", option, text)
		}
	}
}

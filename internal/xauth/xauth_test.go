package xauth

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fakeXauth has the tests' program be xauth: a file that it notes its arguments and its input
// in. It prints the variable answer.
const (
	fakeXauth = "GM_TEST_XAUTH"
	answer    = "GM_TEST_ANSWER"
)

func TestMain(m *testing.M) {
	if log := os.Getenv(fakeXauth); log != "" {
		input, _ := io.ReadAll(os.Stdin)
		os.WriteFile(log, []byte(strings.Join(os.Args[1:], " ")+"\n"+string(input)), 0o600)
		fmt.Print(os.Getenv(answer))
		if text := os.Getenv(answer); text == "flood" {
			fmt.Print(strings.Repeat(text, 1<<20))
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// use returns an xauth and a function that returns the arguments and the input of its last call.
func use(t *testing.T, text string) (p Program, last func() string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	for name, value := range map[string]string{fakeXauth: log, answer: text, "GORACE": "atexit_sleep_ms=0"} {
		t.Setenv(name, value)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Program(path), func() string {
		text, err := os.ReadFile(log)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
}

var cookie = Cookie{0x0a, 0xff}

const cookieText = "0aff0000000000000000000000000000"

func TestCookie(t *testing.T) {
	if cookie.String() != cookieText {
		t.Errorf("%s", cookie)
	}
	if c, ok := ParseCookie(strings.ToUpper(cookieText)); !ok || c != cookie {
		t.Errorf("%s, %v", c, ok)
	}
	for _, text := range []string{"", cookieText[2:], cookieText + "00", "x" + cookieText[1:]} {
		if _, ok := ParseCookie(text); ok {
			t.Errorf("%q is a cookie", text)
		}
	}
	if one, other := NewCookie(), NewCookie(); one == other {
		t.Error("two new cookies are the same")
	}
}

// TestAdd has the cookie in no command line.
func TestAdd(t *testing.T) {
	p, last := use(t, "")
	if err := p.Add(t.Context(), os.Environ(), "unix:10", cookie); err != nil {
		t.Fatal(err)
	}
	if want := "-q -\nremove unix:10\nadd unix:10 MIT-MAGIC-COOKIE-1 " + cookieText + "\n"; last() != want {
		t.Errorf("%q, want %q", last(), want)
	}
	if err := p.Remove(t.Context(), os.Environ(), "unix:10"); err != nil || last() != "-q -\nremove unix:10\n" {
		t.Errorf("%q, %v", last(), err)
	}
}

func TestList(t *testing.T) {
	const line = "host/unix:1  MIT-MAGIC-COOKIE-1  " + cookieText + "\n"
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{line, true}, {"host/unix:1  OTHER  00\n" + line, true}, {line + "more\n", true}, {strings.TrimSuffix(line, "\n"), true},
		{"", false}, {"host/unix:1 MIT-MAGIC-COOKIE-1\n", false}, {"flood", false},
	} {
		t.Run(c.text, func(t *testing.T) {
			p, _ := use(t, c.text)
			if got, ok := p.List(t.Context(), "", ":1"); ok != c.ok || ok && got != cookie {
				t.Errorf("%s, %v", got, ok)
			}
		})
	}
}

// TestOutputIsBounded has an xauth that prints 5 MB.
func TestOutputIsBounded(t *testing.T) {
	p, _ := use(t, "flood")
	if out, err := p.run(t.Context(), nil, ""); err != nil || len(out) != maxOutput {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

func TestGenerate(t *testing.T) {
	for unused, want := range map[time.Duration]string{
		0:           "-f file generate :1 MIT-MAGIC-COOKIE-1 untrusted\n",
		time.Minute: "-f file generate :1 MIT-MAGIC-COOKIE-1 untrusted timeout 60\n",
	} {
		t.Run(unused.String(), func(t *testing.T) {
			p, last := use(t, "")
			if err := p.Generate(t.Context(), "file", ":1", unused); err != nil || last() != want {
				t.Errorf("%q, %v, want %q", last(), err, want)
			}
		})
	}
	if err := Program("/no/such/xauth").Generate(t.Context(), "file", ":1", 0); err == nil {
		t.Error("an xauth that is not there makes a cookie")
	}
}

// TestNoXauth has a PATH without the program.
func TestNoXauth(t *testing.T) {
	saved := places
	places = []string{"/no/such/xauth"}
	defer func() { places = saved }()
	t.Setenv("PATH", t.TempDir())
	if p, err := Find(); err != ErrNotFound {
		t.Errorf("%s, %v", p, err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	places = []string{"/no/such/xauth", self}
	if p, err := Find(); err != nil || string(p) != self {
		t.Errorf("%s, %v, want %s", p, err, self)
	}
}

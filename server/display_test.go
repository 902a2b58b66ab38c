//go:build unix

package server

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// useXauth has a program that takes all cookies be xauth.
func useXauth(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xauth"), []byte("#!/bin/sh\nwhile read -r line; do :; done\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestSessionDisplay is one for the life of the session, whatever its clients are.
func TestSessionDisplay(t *testing.T) {
	useXauth(t)
	s := sessionDisplay{env: os.Environ()}
	defer s.close()
	variable, err := s.variable(1)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]bool{}
	for range 2 {
		listeners, answer, err := s.listen([]string{"1"})
		if err != nil || len(listeners) != 1 {
			t.Fatalf("%v, %v", listeners, err)
		}
		listeners[0].Close()
		answers[answer] = true
	}
	if want := strings.TrimPrefix(variable, "DISPLAY=") + " " + s.display.Cookie(); len(answers) != 1 || !answers[want] {
		t.Errorf("answers %v, want %q", answers, want)
	}
	s.close()
	if conn, err := net.Dial("tcp", s.display.Listen().Addr().String()); err == nil {
		conn.Close()
		t.Error("the display is there after the session")
	}
}

// TestDisplayAsLateAsItsClient is one that the session's program does not have.
func TestDisplayAsLateAsItsClient(t *testing.T) {
	useXauth(t)
	s := sessionDisplay{env: os.Environ()}
	defer s.close()
	listeners, answer, err := s.listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer listeners[0].Close()
	if want := s.display.Name(0) + " " + s.display.Cookie() + unknownDisplay; answer != want {
		t.Errorf("answer %q, want %q", answer, want)
	}
}

// TestDisplayOfTheProgram is in its environment if the client asks for it and there is one.
func TestDisplayOfTheProgram(t *testing.T) {
	without := []string{"HOME=/", "DISPLAY=:0", "PATH=/bin:/usr/bin"}
	for _, c := range []struct {
		name        string
		asks, there bool
		want        string
	}{
		{"asked for", true, true, "localhost:"}, {"not asked for", false, true, ":0"}, {"without xauth", true, false, ":0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			useXauth(t)
			if !c.there {
				os.WriteFile(filepath.Join(filepath.SplitList(os.Getenv("PATH"))[0], "xauth"), []byte("#!/bin/sh\nexit 1\n"), 0o700)
			}
			e := &sessionEnv{environ: without, options: options{command: []string{"sh", "-c", "echo $DISPLAY"}}}
			e.options.session.stdio, e.options.session.x11 = true, c.asks
			e.display.env = os.Environ()
			defer e.display.close()
			p, _, err := e.launch(80, 24)
			if err != nil {
				t.Fatal(err)
			}
			piped := p.(*pipedProgram)
			defer piped.Close()
			line := make([]byte, 64)
			n, _ := piped.Stdout.Read(line)
			if got := string(line[:n]); !strings.HasPrefix(got, c.want) {
				t.Errorf("DISPLAY is %q, want %s", got, c.want)
			}
			piped.Wait()
		})
	}
}

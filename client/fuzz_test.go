package client

import (
	"gm/internal/shellquote"
	"strings"
	"testing"
)

// FuzzOptions reads command lines of each program, a word a line.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{
		"host", "user@host:22\nls\n-l", "-p\n60001:60010\n-4\nhost", "--ssh=ssh -p 2222 -o \"A b\"\nhost", "--local\n--\nsh", "-n\n-a\n-o\nh", "--server=a 'b c\nh",
		"--predict=adaptive\n--family=all\nssh://[::1]:22", "--client=mosh-client\nh", "-l\nu\n-i\nk\n-J\nj\n-F\nf\n-v\nh", "-#\nargs |\n1.2.3.4\n60001", "-c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "\n")
		for _, program := range []string{"gm", programMosh} {
			o, err := readOptions(program, args)
			if err != nil || o.help || o.version {
				continue
			}
			none := func(string) (string, bool) { return "", false }
			if _, err := o.request(none); err == nil && !o.local && !o.printHosts && o.destination == "" {
				t.Errorf("%s %q goes nowhere", program, args)
			}
		}
		if o, err := readClientOptions(args); err == nil && !o.colors && !o.version && !o.server.IsValid() {
			t.Errorf("%q goes nowhere", args)
		}
	})
}

// FuzzSplitWords splits lines into words; quoted again they are the same.
func FuzzSplitWords(f *testing.F) {
	for _, s := range []string{"", "a b", `a 'b c' "d\"e" f\ g`, `'`, `\`, "\"\\x\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := shellquote.Split(line)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
		}
		again, err := shellquote.Split(strings.Join(quoted, " "))
		if err != nil || strings.Join(again, "\x00") != strings.Join(words, "\x00") || len(again) != len(words) {
			t.Errorf("%q is %q, and quoted %q, %v", line, words, again, err)
		}
	})
}

// FuzzEscaper types keys in two reads, of which the split does not matter: what
// is for the server is the same, and never more than what was typed; without an
// escape key it is all of it.
func FuzzEscaper(f *testing.F) {
	f.Add([]byte("a\x1e.b\x1e^\x1e\x1ax"), "\x1e", uint16(2))
	f.Add([]byte("\r~.\n~~a"), "~", uint16(3))
	f.Add([]byte("\x1b[54:94;6u\x1b[54;1:3u\x1b[46;;46u\x1b[200~\x1e.\x1b[201~\x1bOn"), "\x1e", uint16(4))
	f.Add([]byte("\x1b[27;5;94~?\x1b[M\x1e a\xc3\xa9\x1b[<0;1;1M"), "", uint16(30))
	f.Fuzz(func(t *testing.T, input []byte, key string, at uint16) {
		type result struct {
			out      string
			commands string
		}
		run := func(reads ...[]byte) (r result) {
			escape := parseEscapeKey(key)
			escape.detaches, escape.doubles, escape.forwards = true, true, true
			in := newInput(escape)
			in.splitter.Brackets = true
			var out []byte
			for _, rest := range reads {
				for {
					k, after, ok := in.splitter.Next(rest)
					if !ok {
						break
					}
					var c command
					rest = after
					if out, c = in.next(out, &k); c != commandNone {
						r.commands += string('a' + rune(c))
					}
				}
			}
			if k, ok := in.splitter.Flush(); ok {
				out, _ = in.next(out, &k)
			}
			r.out = string(out)
			return r
		}
		whole := run(input)
		if len(whole.out) > len(input) || parseEscapeKey(key).key == 0 && whole.out != string(input) {
			t.Errorf("%q becomes %q", input, whole.out)
		}
		n := int(at) % (len(input) + 1)
		if split := run(input[:n], input[n:]); split != whole {
			t.Errorf("%q gives %+v, split at %d %+v", input, whole, n, split)
		}
	})
}

package client

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/client/doctor"
	"gm/internal/hint"
	"gm/sshboot"
)

func TestDoctorOperands(t *testing.T) {
	for line, want := range map[string]string{"doctor": "", "doctor host": "host", "doctor --json u@host -J j": "u@host", "-4 doctor host --nat=2m": "host"} {
		o, err := readOptions(programGM, strings.Fields(line))
		if err != nil || o.verb != verbDoctor || o.destination != want {
			t.Errorf("%s: %q, %v", line, o.destination, err)
		}
	}
	o, err := readOptions(programGM, []string{"--", "doctor"})
	if err != nil || o.verb != "" || o.destination != "doctor" {
		t.Errorf("after --: %q %q, %v", o.verb, o.destination, err)
	}
}

// The server that tests UDP is asked for what a session's is.
func TestDoctorConfig(t *testing.T) {
	o, err := readOptions(programGM, strings.Fields("doctor -p 60005 -6 --deploy=never host"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.doctorConfig("1", &doctor.Printer{W: io.Discard})
	if err != nil || c.Request.Verb != "" || len(c.Request.ServerArgs) != 0 || c.Request.Deploy != "never" {
		t.Errorf("%+v, %v", c.Request, err)
	}
	if args := o.probeArgs(); !slices.Equal(args, []string{"-@", "gm-verb=probe", "-s", "-p", "60005"}) {
		t.Errorf("arguments %q", args)
	}
}

// A terminal that answers some queries, and in pieces.
func TestDoctorQueries(t *testing.T) {
	var answer doctor.Terminal
	var q termQuery
	asked := q.start(time.Now(), doctorQueries(&answer, true))
	if !strings.HasSuffix(asked, "\x1b[c") {
		t.Errorf("the fence is not last: %q", asked)
	}
	in, out := io.Pipe()
	go func() {
		for part := range strings.SplitSeq("\x1bP>|term 1.2\x1b\\|\x1b[?2026;2$y|\x1b[>1;10|;0c\x1b[?6|5;22c", "|") {
			if part == "\x1bP>" {
				part += "|"
			}
			io.WriteString(out, part)
		}
	}()
	for input := range readUntil(in, time.Now().Add(time.Minute)) {
		if q.filter(time.Now(), input); q.done {
			break
		}
	}
	if answer.Name != "term 1.2" || answer.Synchronized != 2 || answer.Secondary != "1;10;0" || answer.Attributes != "65;22" {
		t.Errorf("%+v", answer)
	}
}

func TestReadUntilEnds(t *testing.T) {
	in, _ := io.Pipe()
	for input := range readUntil(in, time.Now().Add(time.Millisecond)) {
		t.Errorf("read %q", input)
	}
}

// The command has the options that lead to the host. Some errors say all that there is to say.
func TestSuggestDoctor(t *testing.T) {
	base := errors.New("no way")
	for name, c := range map[string]struct {
		err        error
		host, want string
	}{
		"without a hint":       {base, "hal", "gm -J gate doctor hal looks at each step and names the cause"},
		"with one":             {&hint.Error{Err: base, Hint: "try"}, "a b", "try\ngm -J gate doctor 'a b' looks"},
		"one that has it":      {&hint.Error{Err: base, Hint: "gm doctor hal tries it"}, "hal", "gm doctor hal tries it"},
		"this machine":         {base, "", ""},
		"refused by a session": {&sshboot.RefusedError{Reply: sshboot.Reply{Errors: []*hint.Error{{Err: base}}}}, "hal", ""},
		"Ctrl-C":               {signalError{os.Interrupt}, "hal", ""},
		"none":                 {nil, "hal", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := suggestDoctor(c.err, []string{"-J", "gate"}, c.host)
			if got := strings.Join(hint.Of(err), "\n"); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("hint %q, want %q", got, c.want)
			}
			if !errors.Is(err, c.err) {
				t.Errorf("lost the error: %v", err)
			}
		})
	}
}

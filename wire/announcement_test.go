package wire

import (
	"slices"
	"strings"
	"testing"

	"gm/wire/datagram"
)

const someKey = "4NeCCCvZFe2RnPgrcc1Qww"

func mustKey(t testing.TB, s string) datagram.Key {
	t.Helper()
	k, err := datagram.ParseKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (a Announcement) equal(o Announcement) bool {
	return a.Port == o.Port && a.Key == o.Key && slices.Equal(a.Extensions, o.Extensions)
}

func TestAnnouncement(t *testing.T) {
	key := mustKey(t, someKey)
	for text, want := range map[string]Announcement{
		"MOSH CONNECT 60001 " + someKey + "\n":                                  {Port: 60001, Key: key},
		"MOSH CONNECT 1 " + someKey + "\n":                                      {Port: 1, Key: key},
		"GM EXTENSIONS echo\nMOSH CONNECT 65535 " + someKey + "\n":              {Port: 65535, Key: key, Extensions: []string{"echo"}},
		"GM EXTENSIONS echo exit-2 3\nMOSH CONNECT 60001 " + someKey + "\n":     {Port: 60001, Key: key, Extensions: []string{"echo", "exit-2", "3"}},
		"GM EXTENSIONS " + manyNames(32) + "\nMOSH CONNECT 7 " + someKey + "\n": {Port: 7, Key: key, Extensions: strings.Fields(manyNames(32))},
	} {
		got, err := want.AppendText(nil)
		if err != nil || string(got) != text {
			t.Errorf("%+v is %q, %v, want %q", want, got, err, text)
		}
		var back Announcement
		for line := range strings.Lines(strings.ReplaceAll(text, "\n", "\r\n")) {
			if ok, err := back.ParseLine(line); !ok || err != nil {
				t.Errorf("%q: %v, %v", line, ok, err)
			}
		}
		if !back.equal(want) {
			t.Errorf("%q is read as %+v", text, back)
		}
	}
}

func manyNames(n int) string {
	return strings.TrimSuffix(strings.Repeat(strings.Repeat("x", maxExtensionName)+" ", n), " ")
}

func TestAnnouncementRefuses(t *testing.T) {
	key := mustKey(t, someKey)
	for name, a := range map[string]Announcement{
		"no port":     {Key: key},
		"empty name":  {Port: 1, Key: key, Extensions: []string{""}},
		"space":       {Port: 1, Key: key, Extensions: []string{"a b"}},
		"line break":  {Port: 1, Key: key, Extensions: []string{"a\nMOSH CONNECT 1"}},
		"upper case":  {Port: 1, Key: key, Extensions: []string{"Echo"}},
		"long name":   {Port: 1, Key: key, Extensions: []string{strings.Repeat("x", maxExtensionName+1)}},
		"too many":    {Port: 1, Key: key, Extensions: strings.Fields(manyNames(33))},
		"not English": {Port: 1, Key: key, Extensions: []string{"écho"}},
	} {
		if got, err := a.AppendText([]byte("before")); err == nil || string(got) != "before" {
			t.Errorf("%s: AppendText = %q, %v", name, got, err)
		}
	}
}

func TestOtherLines(t *testing.T) {
	for _, line := range []string{
		"", "\r\n", "Welcome to Debian", "MOSH", "MOSH CONNECT", "mosh connect 60001 " + someKey,
		" MOSH CONNECT 60001 " + someKey, "MOSH CONNECTED 60001 " + someKey, "GM EXTENSIONS", "MOSH IP 10.0.0.1",
	} {
		var a Announcement
		if ok, err := a.ParseLine(line); ok || err != nil || !a.equal(Announcement{}) {
			t.Errorf("%q: %v, %v, %+v", line, ok, err, a)
		}
	}
}

func TestMalformedLines(t *testing.T) {
	for _, line := range []string{
		"MOSH CONNECT ",
		"MOSH CONNECT 60001",
		"MOSH CONNECT 60001 ",
		"MOSH CONNECT 0 " + someKey,
		"MOSH CONNECT 65536 " + someKey,
		"MOSH CONNECT -1 " + someKey,
		"MOSH CONNECT +1 " + someKey,
		"MOSH CONNECT 01 " + someKey,
		"MOSH CONNECT 0x10 " + someKey,
		"MOSH CONNECT 6_0001 " + someKey,
		"MOSH CONNECT 60001  " + someKey,
		"MOSH CONNECT  60001 " + someKey,
		"MOSH CONNECT 60001\t" + someKey,
		"MOSH CONNECT 60001 " + someKey + " ",
		"MOSH CONNECT 60001 " + someKey + "==",
		"MOSH CONNECT 60001 " + someKey[1:],
		"MOSH CONNECT 60001 " + someKey + " more",
		"GM EXTENSIONS ",
		"GM EXTENSIONS a  b",
		"GM EXTENSIONS a ",
		"GM EXTENSIONS A",
		"GM EXTENSIONS " + manyNames(33),
		"GM EXTENSIONS " + strings.Repeat("x", 100_000),
	} {
		was := Announcement{Port: 7, Extensions: []string{"x"}}
		a := was
		ok, err := a.ParseLine(line)
		if ok || err == nil || !a.equal(was) {
			t.Errorf("%q: %v, %v, %+v", line, ok, err, a)
		}
		if err != nil && (len(err.Error()) > 300 || strings.Contains(err.Error(), someKey)) {
			t.Errorf("%.50q: the error is %d bytes: %.300v", line, len(err.Error()), err)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add("MOSH CONNECT 60001 " + someKey)
	f.Add("MOSH CONNECT 60001 " + someKey + "\r\n")
	f.Add("GM EXTENSIONS a b c")
	f.Add("GM EXTENSIONS " + manyNames(33))
	f.Add("MOSH CONNECT 065536 ====")
	f.Fuzz(func(t *testing.T, line string) {
		var a Announcement
		ok, err := a.ParseLine(line)
		if !ok {
			if !a.equal(Announcement{}) {
				t.Fatalf("%q, %v, left %+v", line, err, a)
			}
			return
		}
		// What is read is written the same way.
		if a.Port == 0 {
			a.Port = 1
		}
		text, err := a.AppendText(nil)
		if err != nil || !strings.Contains(string(text), strings.TrimRight(line, "\r\n")+"\n") {
			t.Errorf("%q is written %q, %v", line, text, err)
		}
	})
}

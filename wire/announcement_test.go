package wire

import (
	"net/netip"
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
	return a.Port == o.Port && a.Key == o.Key && slices.Equal(a.Extensions, o.Extensions) && a.Session == o.Session &&
		a.ID == o.ID && slices.Equal(a.Addresses, o.Addresses) && a.Pipe == o.Pipe
}

func TestAnnouncement(t *testing.T) {
	key := mustKey(t, someKey)
	for text, want := range map[string]Announcement{
		"MOSH CONNECT 60001 " + someKey + "\n":                                  {Port: 60001, Key: key},
		"MOSH CONNECT 1 " + someKey + "\n":                                      {Port: 1, Key: key},
		"GM EXTENSIONS echo\nMOSH CONNECT 65535 " + someKey + "\n":              {Port: 65535, Key: key, Extensions: []string{"echo"}},
		"GM EXTENSIONS echo exit-2 3\nMOSH CONNECT 60001 " + someKey + "\n":     {Port: 60001, Key: key, Extensions: []string{"echo", "exit-2", "3"}},
		"GM EXTENSIONS " + manyNames(32) + "\nMOSH CONNECT 7 " + someKey + "\n": {Port: 7, Key: key, Extensions: strings.Fields(manyNames(32))},

		"GM PIPE\nMOSH CONNECT 7 " + someKey + "\n":                            {Port: 7, Key: key, Pipe: true},
		"GM ID 17-0a-9\nMOSH CONNECT 7 " + someKey + "\n":                      {Port: 7, Key: key, ID: "17-0a-9"},
		"GM ADDRESSES 192.0.2.1\nMOSH CONNECT 7 " + someKey + "\n":             {Port: 7, Key: key, Addresses: addresses("192.0.2.1")},
		"GM ADDRESSES 192.0.2.1 2001:db8::1\nMOSH CONNECT 7 " + someKey + "\n": {Port: 7, Key: key, Addresses: addresses("192.0.2.1", "2001:db8::1")},
		"GM EXTENSIONS paths\nGM SESSION work\nGM ID 1-a-b\nGM ADDRESSES ::1\nGM PIPE\nMOSH CONNECT 7 " + someKey + "\n": {
			Port: 7, Key: key, Extensions: []string{"paths"}, Session: "work", ID: "1-a-b", Addresses: addresses("::1"), Pipe: true,
		},
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

func addresses(texts ...string) (addrs []netip.Addr) {
	for _, text := range texts {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	return addrs
}

func TestAnnouncementLimitsAddresses(t *testing.T) {
	texts := []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "192.0.2.8", "192.0.2.9"}
	a := Announcement{Addresses: addresses(texts...)}
	if got, want := string(a.AppendPaths(nil)), "GM ADDRESSES "+strings.Join(texts[:8], " ")+"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var back Announcement
	if ok, err := back.ParseLine("GM ADDRESSES " + strings.Join(texts, " ")); !ok || err != nil || !slices.Equal(back.Addresses, addresses(texts[:8]...)) {
		t.Errorf("%v, %v, %v", ok, err, back.Addresses)
	}
}

func TestAddressesOfOtherHosts(t *testing.T) {
	var a Announcement
	if ok, err := a.ParseLine("GM ADDRESSES fe80::1%eth0 ::ffff:192.0.2.1"); !ok || err != nil || !slices.Equal(a.Addresses, addresses("192.0.2.1")) {
		t.Errorf("%v, %v, %v", ok, err, a.Addresses)
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
		"session":     {Port: 1, Key: key, Session: "a b"},
		"ID":          {Port: 1, Key: key, ID: "a b"},
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
		"GM PIPES", "GM PIPE ", "GM PIPE x", "GM ID", "GM ADDRESSES",
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
		"GM ID ",
		"GM ID A",
		"GM ID " + strings.Repeat("x", MaxSessionID+1),
		"GM ADDRESSES ",
		"GM ADDRESSES x",
		"GM ADDRESSES 192.0.2.1 ",
		"GM ADDRESSES 192.0.2.1  192.0.2.2",
		"GM ADDRESSES 192.0.2.1:22",
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
	f.Add("GM ADDRESSES 192.0.2.1 2001:db8::1")
	f.Add("GM ID 17-0a-9")
	f.Add("GM PIPE\r\n")
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
		if err != nil {
			t.Fatalf("%q is read as %+v: %v", line, a, err)
		}
		// Addresses have several forms.
		if len(a.Addresses) == 0 && !strings.HasPrefix(line, addressesLine) && !strings.Contains(string(text), strings.TrimRight(line, "\r\n")+"\n") {
			t.Errorf("%q is written %q", line, text)
		}
	})
}

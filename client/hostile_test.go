package client

import (
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/client/display"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// claim is the state of a server that says what it likes.
type claim struct {
	num  int
	diff []byte
}

func (c claim) Equal(o claim) bool                    { return c.num == o.num }
func (c claim) AppendDiff(dst []byte, _ claim) []byte { return append(dst, c.diff...) }
func (c claim) Apply([]byte) (claim, error)           { return c, nil }
func (c claim) Subtract(claim) claim                  { return c }
func (c claim) MemSize(claim) int                     { return 0 }
func (c claim) Partway(claim) (claim, bool)           { return claim{}, false }

// ambush is a client that has come to such a server. Its user has one terminal
// of each kind.
type ambush struct {
	testing.TB
	now    time.Time
	client *session
	server *wire.Transport[claim, state.User]
	users  []*victim
	said   int
}

// victim is a terminal of the user.
type victim struct {
	name    string
	display *display.Display
	term    *vt.Terminal
}

// userTerminals are the values of TERM, with direct colour or without, that
// the client is tried on.
var userTerminals = []string{"xterm-256color", "xterm-kitty", "foot", "screen", "tmux-256color", "linux", "vt100", "dumb", ""}

func newAmbush(t testing.TB) *ambush {
	t.Helper()
	return newAmbushWith(t, plainSettings())
}

func newAmbushWith(t testing.TB, s settings) *ambush {
	t.Helper()
	a := &ambush{TB: t, now: ms(0)}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	a.client, err = newSession(a.now, netip.MustParseAddrPort("192.0.2.1:60001"), key, worldCols, worldRows, s)
	if err != nil {
		t.Fatal(err)
	}
	a.server, err = wire.New(wire.Config[claim, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
	}, a.now)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range userTerminals {
		v := &victim{name: name, term: vt.NewTerminal(worldCols, worldRows, vt.Options{Checksums: true})}
		v.display = display.New(vt.UserTerminal(name, []string{"", "truecolor"}[i%2]))
		v.write(a, string(v.display.Start(nil, 80, 24)), true)
		a.users = append(a.users, v)
	}
	a.pass()
	return a
}

// pass lets both ends say what is due.
func (a *ambush) pass() {
	a.Helper()
	for range 3 {
		a.now = a.now.Add(250 * time.Millisecond)
		if err := a.client.tick(a.now, func(_ datagram.Path, d []byte) { a.server.Receive(a.now, d, datagram.Path{}, false) }); err != nil {
			a.Fatal(err)
		}
		if err := a.server.Tick(a.now, func(_ datagram.Path, d []byte) { a.client.receive(a.now, d, a.client.transport.Route()[0], false) }); err != nil {
			a.Fatal(err)
		}
	}
}

// says sends the client a diff, and paints what it makes of it on every
// terminal.
func (a *ambush) says(diff []byte) {
	a.Helper()
	a.said++
	a.server.SetLocal(a.now, claim{a.said, diff})
	a.pass()
	a.paint()
}

func (a *ambush) paint() {
	a.Helper()
	for _, v := range a.users {
		v.write(a, string(v.display.Frame(nil, a.client.frame(a.now), display.ScrolledOff{})), false)
	}
}

// write checks what the client writes, and that it leaves the terminal silent.
func (v *victim) write(a *ambush, output string, edge bool) {
	a.Helper()
	if err := checkOuter(output, edge); err != nil {
		a.Fatalf("TERM=%s: %v", v.name, err)
	}
	v.term.Write([]byte(output))
	if reply := v.term.TakeReplies(nil); len(reply) > 0 {
		a.Fatalf("TERM=%s is made to answer %q", v.name, reply)
	}
}

// leave ends the session and checks that nothing went up but the window's size.
func (a *ambush) leave() {
	a.Helper()
	for _, v := range a.users {
		v.write(a, string(v.display.Stop(nil)), true)
	}
	user, _ := a.server.Remote()
	for _, e := range user.Since(state.User{}) {
		if e.Keys != nil || e.Appearance != nil {
			a.Errorf("the server was told %+v", e)
		}
	}
	if held := a.client.transport.Local().Unacked(); held > 1 {
		a.Errorf("%d bytes are on their way up", held)
	}
}

// hoststring is a diff that is written to the client's emulator.
func hoststring(text string) []byte { return hostInstruction(2, 4, text) }

// hostInstruction encloses text in fields (protocol, section 8).
func hostInstruction(kind, field protowire.Number, text string) []byte {
	b := protowire.AppendTag(nil, field, protowire.BytesType)
	b = protowire.AppendString(b, text)
	for _, number := range []protowire.Number{kind, 1} {
		outer := protowire.AppendTag(nil, number, protowire.BytesType)
		b = protowire.AppendBytes(outer, b)
	}
	return b
}

// hostEvent is an instruction with an event (wire/state).
func hostEvent(event string) []byte { return hostInstruction(88, 1, event) }

// hostResize is a diff that changes the size.
func hostResize(cols, rows uint64) []byte {
	b := protowire.AppendTag(nil, 5, protowire.VarintType)
	b = protowire.AppendVarint(b, cols)
	b = protowire.AppendTag(b, 6, protowire.VarintType)
	b = protowire.AppendVarint(b, rows)
	for _, number := range []protowire.Number{3, 1} {
		outer := protowire.AppendTag(nil, number, protowire.BytesType)
		b = protowire.AppendBytes(outer, b)
	}
	return b
}

// attacks are what hostile output has tried on terminals.
var attacks = []string{
	// Questions.
	"\x1b[c", "\x1b[>c", "\x1b[=c", "\x1bZ", "\x05", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?996n", "\x1b[x", "\x1b[>q", "\x1b[?2026$p", "\x1b[4$p",
	"\x1b[14t\x1b[16t\x1b[18t\x1b[19t", "\x1b[20t\x1b[21t", "\x1bP$qm\x1b\\", "\x1bP$q\"p\x1b\\", "\x1bP+q544e\x1b\\", "\x1b[?u", "\x1b[>4;?m", "\x1b[1;1;1;2;2;2*y",
	"\x1b]4;1;?\a", "\x1b]10;?\a\x1b]11;?\x1b\\\x1b]12;?\a\x1b]17;?\a", "\x1b]52;c;?\a", "\x1b]52;c;aGk=\a\x1b]52;c;?\a",
	"\x1b[?2048h", "\x1b[?2031h", "\x1b]2;reboot\r\a\x1b[21t", "\x1b]99;i=x:p=?;\a", "\x1b]99;a=report:i=id;hi\a", "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\",
	// Titles, clipboards, links and notices with more in them than text.
	"\x1b]2;a\u009c\x1b]52;c;?\a", "\x1b]0;a\x9c\x9b6nb\a", "\x1b]0;\u009b6n\a", "\x1b]2;a\rb\nc\x7fd\u0085e\a", "\x1b]2;" + strings.Repeat("\u202e\u200bx", 500) + "\a",
	"\x1b]52;c;aGk=\u009c\x1b[6n\a", "\x1b]52;c;\x1b\\evil\a", "\x1b]52;\x1b[c;aGk=\a", "\x1b]52;cpqs01234567;!!!!\a",
	"\x1b]8;id=\u009b6n;http://x/\u009c\x1b[6n\a\x1b]8;;http://y/\x7f\aL", "\x1b]9;7;cmd\a", "\x1b]9;\x7f7;cmd\a", "\x1b]777;x;\x1b[6n\a", "\x1b]7;file://h/\u009b6n\a",
	"\x1bP1000p%output\x1b\\", "\x1bPtmux;\x1b\x1b[6n\x1b\\", "\x1b^privacy\x1b\\", "\x1bX\x1b[6n\x1b\\", "\x1b]1337;File=:AAAA\a", "\x1b]50;?\a", "\x1b]701;?\a", "\x1b]60\a", "\x1b]777;preexec\a",
	// Things that change the terminal itself.
	"\x1b[5i\x1b[4i", "\x1b[8;1;1t", "\x1b[2t", "\x1b[3;0;0t", "\x1b[?1049h\x1b[?47h", "\x1b[?3h", "\x1b[?40h\x1b[?3h", "\x1bc", "\x1b[!p", "\x1b[61\"p", "\x1b F", "\x1b%@\x9b6n", "\x1b%G",
	"\x1b[12h\x1b[20h", "\x1b[2h", "\x1b[?2h", "\x1b#3\x1b#8", "\x0e\x1b)0qqq\x0f", "\x1b*0\x1bn", "\x1b[?1;2;3;4;5;6;7;8;9;12;45;66;67;69h", "\x1b[22;0t\x1b[22;0t\x1b[23;0t",
	"\x1bP0;1|17/1b5b366e\x1b\\\x1b[17~", "\x1b[?38h", "\x1b(0lqqk\x1b(B", "\x1b[>31u\x1b[=31;1u", "\x1b[>4;2m", "\x1b[?1016h\x1b[?1003h",
	"\x1b]133;A;click_events=1;aid=\u009b6n\a", "\x1b]133;D;\u009c\x1b[6n\a", "\x1b]633;E;rm -rf /;nonce\a\x1b]633;P;Cwd=/;Shell=x\a", "\x1b]1337;SetUserVar=a=\u009b6n\a\x1b]1337;SetUserVar=a=YQ==\a", "\x1b]1337;Copy=:aGk=\a\x1b]1337;CopyToClipboard=\a\x1b]1337;OpenURL=:aGk=\a",
	"\x1b]22;?__current__\a\x1b]22;>a,b;c\x1b\\", "\x1b]9;4;1;50;\x1b[6n\a\x1b]9;4;9;9\a", strings.Repeat("\x1b]9;x\a\x1b]133;A\a\n", 1000),
	"\x1b]4;1;red;2;?;3;#123\a\x1b]10;#123;?;blue\a", "\x1b]5;0;red\a\x1b]15;red;red;red\a", "\x1b]104\a\x1b]111\a\x1b]105;0\a", "\x1b]11;rgb:1/2/3\u009c\x1b[6n\a",
	// Numbers and strings without end.
	"\x1b[1000000000;1000000000H\x1b[1000000000Cx", "\x1b[" + strings.Repeat("9;", 100_000) + "m", "\x1b[" + strings.Repeat("9", 100_000) + "b", "a\x1b[1000000000b",
	"\x1b[1000000000@\x1b[1000000000P\x1b[1000000000L\x1b[1000000000M\x1b[1000000000S\x1b[1000000000T\x1b[1000000000X\x1b[1000000000I\x1b[1000000000Z",
	"\x1b]2;" + strings.Repeat("x", 1<<20), "still in it\a", "\x1bP" + strings.Repeat("y", 1<<20), "\x1b\\", "\x1b[1;1;99999;99999$z\x1b[65;1;1;99999;99999$x",
	"e" + strings.Repeat("\u0301", 100_000), strings.Repeat("👩\u200d", 10_000), "\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", "\x00\x01\x02\x03\x04\x06\x10\x11\x12\x13\x14\x15\x16\x17\x19\x1c\x1d\x1e\x1f\x7f",
}

// TestHostileOutput has a server write attacks to the client's emulator: only
// what the client's own screen model says reaches the user's terminal, and
// nothing goes up.
func TestHostileOutput(t *testing.T) {
	a := newAmbush(t)
	for _, attack := range attacks {
		a.says(hoststring(attack))
		a.says(hoststring("\x1b\\\x1b[0mtext"))
	}
	a.leave()
}

// TestHostileSizes has a server claim sizes that no window has, another one in each frame.
func TestHostileSizes(t *testing.T) {
	t.Run("plain", func(t *testing.T) { checkHostileSizes(t, newAmbush(t)) })
	t.Run("sessions", func(t *testing.T) {
		s := plainSettings()
		s.extensions = state.ExtSessions
		a := newAmbushWith(t, s)
		screen := vt.NewScreen(worldCols, worldRows)
		a.says(state.Screen{Screen: screen, EchoAck: 1 << 40}.AppendDiff(nil, state.Screen{Screen: screen}))
		checkHostileSizes(t, a)
	})
}

func checkHostileSizes(t *testing.T, a *ambush) {
	t.Helper()
	for _, size := range [][2]uint64{{0, 0}, {65535, 65535}, {1, 65535}, {65535, 1}, {1 << 31, 1 << 31}, {1<<64 - 1, 1<<64 - 1}, {1<<32 - 1, 1 << 63}, {2000, 1000}, {80, 24}, {1, 1}, {1, 1000}, {2000, 1}, {41, 7}, {39, 5}, {41, 5}, {39, 7}} {
		a.says(append(hostResize(size[0], size[1]), hoststring("\x1b[99999;99999Hcorner")...))
		if cols, rows := a.client.frame(a.now).Size(); cols != worldCols || rows != worldRows {
			t.Errorf("for %v the user is shown %dx%d", size, cols, rows)
		}
	}
	a.says(append(hostResize(80, 24), hoststring("\x1b[H\x1b[2Jstill here")...))
	for _, v := range a.users {
		if got := v.term.Snapshot().RowText(0); got != "still here" {
			t.Errorf("TERM=%s shows %q", v.name, got)
		}
	}
	a.leave()
}

// TestHostileMessages has a server send what is no message, and kinds of
// instructions that nobody knows.
func TestHostileMessages(t *testing.T) {
	a := newAmbush(t)
	for _, diff := range []string{
		"\xff", "\x0a", "\x0a\xff\xff\xff\xff\x0f", "\x0a\x02\x12\x7f", "\x0b\x0c", strings.Repeat("\x0b", 10_000),
		string(hostEvent("\x08\x07\x12\x0a1337;File=x")), string(hostEvent("\x08\x09\x12\x0852;c;?\x1b[")), string(hostEvent("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x12\x05133;A\x18\xff\xff\xff\x0f\x20\xff\xff\xff\x0f")), string(hostEvent("\x08\x0a\x12\x079;a\x1b[6n")),
		string(hostInstruction(7, 8, "text")), string(hostInstruction(66, 2, "\x1b[6n")), string(hostInstruction(1000, 1, "x")),
		string(hostInstruction(2, 4, strings.Repeat("\x1b]52;c;aGk=\a\a", 10_000))),
	} {
		a.says([]byte(diff))
	}
	a.leave()
}

// FuzzHostOutput writes anything at all to the client's emulator, in two
// frames.
func FuzzHostOutput(f *testing.F) {
	for i, attack := range attacks {
		if len(attack) < 1000 {
			f.Add(attack, attacks[(i+1)%len(attacks)][:1])
		}
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		shown := state.Screen{Screen: vt.NewScreen(worldCols, worldRows)}
		var frames []*vt.Screen
		var part, whole view
		for _, text := range []string{first, second} {
			next, err := shown.Apply(hoststring(text))
			if err != nil {
				t.Fatal(err)
			}
			shown = next
			s := shown.Screen.Clone()
			if s.TitleSet {
				s.Title, s.Icon = "[gm] "+s.Title, "[gm] "+s.Icon
			}
			frames = append(frames, s.Resized(worldCols, worldRows))
			frames = append(frames, part.show(s, worldCols/2, worldRows/2, false).Resized(worldCols, worldRows), whole.show(s, worldCols+2, worldRows+2, false))
		}
		for i, name := range userTerminals {
			d := display.New(vt.UserTerminal(name, []string{"", "truecolor"}[i%2]))
			for _, s := range frames {
				if err := checkOuter(string(d.Frame(nil, s, display.ScrolledOff{})), false); err != nil {
					t.Fatalf("TERM=%s: %v", name, err)
				}
			}
		}
	})
}

// TestManyScreens sends the largest screens that there are, a thousand of
// them: the client holds what it may, and goes on.
func TestManyScreens(t *testing.T) {
	a := newAmbush(t)
	a.says(hostResize(2000, 1000))
	fill := hoststring("\x1b[2J\x1b#8")
	for i := range 40 {
		a.said++
		a.server.SetLocal(a.now, claim{a.said, append(hostResize(2000, uint64(999+i%2)), fill...)})
		a.now = a.now.Add(250 * time.Millisecond)
		if err := a.server.Tick(a.now, func(_ datagram.Path, d []byte) { a.client.receive(a.now, d, a.client.transport.Route()[0], false) }); err != nil {
			t.Fatal(err)
		}
	}
	if held := heapBytes(); held > 500<<20 {
		t.Errorf("%d MB are held", held>>20)
	}
	a.pass()
	a.says(append(hostResize(80, 24), hoststring("\x1b[H\x1b[2Jstill here")...))
	a.leave()
}

func heapBytes() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

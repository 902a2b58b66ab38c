package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	serversession "gm/server/session"
	"gm/vt"
)

// bothWindows are the windows of two clients of the same size.
var bothWindows = visit{cols: 60, rows: 8, role: serversession.Share}

func (v visit) over(network string) visit {
	v.network = network
	return v
}

// newPair returns two clients of a session: alice on a link of 10 ms, bob on one of 500 ms
// that loses datagrams.
func newPair(t *testing.T) (alice, bob *desk) {
	t.Helper()
	alice = newDesk(t, bothWindows.over("rtt=10ms"))
	bob = alice.join(bothWindows.over("rtt=500ms,loss=10%,jitter=20ms"))
	bob.waitShown(shellPrompt)
	return alice, bob
}

// typesSlowly types keys at the end of a line of the program. Once the server has confirmed
// the first, each must be on the screen at once.
func (d *desk) typesSlowly(line, keys string) {
	d.t.Helper()
	d.types(keys[:1])
	d.waitShown(line + keys[:1])
	for i := 2; i <= len(keys); i++ {
		d.types(keys[i-1 : i])
		if want := line + keys[:i]; !strings.Contains(d.shows(), want) {
			d.t.Errorf("after %q the user sees\n%s", want, d.shows())
		}
		d.run(70 * time.Millisecond)
	}
}

// TestPredictionsOfTwoClients types at both clients in turn: each sees its keys at once,
// and in the end both see the same.
func TestPredictionsOfTwoClients(t *testing.T) {
	alice, bob := newPair(t)
	alice.typesSlowly("sh>", "hello")
	bob.waitShown("sh>hello")
	bob.typesSlowly("sh>hello", "world")
	alice.waitShown("sh>helloworld")
	bob.typesSlowly("sh>helloworld", "xyz")
	alice.waitShown("sh>helloworldxyz")
	alice.types("\r")
	bob.waitShown("did helloworldxyz")
	alice.waitShown("did helloworldxyz")
	alice.run(3 * time.Second)
	if alice.shows() != bob.shows() {
		t.Errorf("alice sees\n%s\nbob sees\n%s", alice.shows(), bob.shows())
	}
}

// TestTypingAtTheSameTime has two users type at once: each key arrives once, those of one
// user in order, and no prediction stays that is wrong.
func TestTypingAtTheSameTime(t *testing.T) {
	alice, bob := newPair(t)
	for i := range 26 {
		alice.types(string(rune('A' + i)))
		alice.run(20 * time.Millisecond)
		bob.types(string(rune('a' + i)))
		bob.run(30 * time.Millisecond)
	}
	alice.run(10 * time.Second)
	only := func(first, last rune) string {
		return strings.Map(func(r rune) rune {
			if r < first || r > last {
				return -1
			}
			return r
		}, alice.host.line)
	}
	if upper, lower := only('A', 'Z'), only('a', 'z'); upper != "ABCDEFGHIJKLMNOPQRSTUVWXYZ" || lower != "abcdefghijklmnopqrstuvwxyz" || len(alice.host.line) != 52 {
		t.Errorf("the program has %q", alice.host.line)
	}
	for _, d := range alice.desks {
		if want := shellPrompt + alice.host.line; d.user.Snapshot().RowText(1) != want {
			t.Errorf("a user sees %q, want %q", d.user.Snapshot().RowText(1), want)
		}
	}
}

// TestTypingInWindowsOfThreeSizes has three users type at once, so that the size of the
// session changes with almost every key.
func TestTypingInWindowsOfThreeSizes(t *testing.T) {
	first := newDesk(t, visit{network: "rtt=10ms"})
	second := first.join(visit{network: "rtt=150ms,loss=10%", cols: 20, rows: 30, role: serversession.Share})
	third := first.join(visit{network: "rtt=500ms,loss=20%,jitter=20ms", cols: 100, rows: 4, role: serversession.Share})
	third.waitShown(shellPrompt)
	keys := ""
	for i := range 20 {
		for n, d := range first.desks {
			d.types(string(rune('A' + 20*n + i)))
			first.run(13 * time.Millisecond)
		}
		keys += string(rune('A'+i)) + string(rune('A'+20+i)) + string(rune('A'+40+i))
	}
	first.run(20 * time.Second)
	for _, key := range keys {
		if n := strings.Count(first.host.line, string(key)); n != 1 {
			t.Errorf("the program has %q %d times", key, n)
		}
	}
	if len(first.host.line) != len(keys) {
		t.Errorf("the program has %d keys, want %d", len(first.host.line), len(keys))
	}
	want, _ := first.client.transport.Remote()
	for _, d := range []*desk{second, third} {
		if got, _ := d.client.transport.Remote(); !got.Screen.Equal(want.Screen) {
			t.Errorf("a client has the screen\n%s\nwant\n%s", got.Screen.Text(), want.Screen.Text())
		}
	}
	for _, d := range first.desks {
		remote, _ := d.client.transport.Remote()
		checkWindow(t, d, remote.Screen)
	}
}

// checkWindow checks that the user sees the part of the screen at the origin of the view.
func checkWindow(t *testing.T, d *desk, s *vt.Screen) {
	t.Helper()
	x0, y0 := d.client.view.viewport.Origin()
	cols, rows := s.Size()
	shown := d.user.Snapshot()
	for y := range min(d.rows, rows-y0) {
		for x := range min(d.cols, cols-x0) {
			got, want := shown.AppendText(nil, shown.Cell(x, y)), s.AppendText(nil, s.Cell(x0+x, y0+y))
			if string(got) != string(want) {
				t.Fatalf("column %d of row %d is %q, want %q", x, y, got, want)
			}
		}
	}
}

// TestSilentClientCostsNothing compares the traffic and the echoes of a client with and
// without another one that has vanished.
func TestSilentClientCostsNothing(t *testing.T) {
	script := func(silent bool) (echoes string, datagrams, toSilent uint64) {
		alice := newDesk(t, bothWindows.over("rtt=40ms"))
		bob := alice
		if silent {
			bob = alice.join(bothWindows.over("rtt=40ms"))
			bob.run(time.Second)
			bob.asleep = true
			bob.up.SetDown(true)
		}
		alice.run(30 * time.Second)
		_, before := alice.client.transport.Traffic()
		delivered := bob.down.Deadline()
		for i := range 20 {
			began := alice.now
			alice.types(string(rune('a' + i)))
			alice.waitFor("no echo", func() bool {
				remote, _ := alice.client.transport.Remote()
				return strings.Contains(remote.Screen.Text(), alice.host.line) && len(alice.host.line) == i+1
			})
			echoes += fmt.Sprintf("%v ", alice.now.Sub(began))
			alice.run(500 * time.Millisecond)
		}
		_, after := alice.client.transport.Traffic()
		if silent && bob.down.Deadline() != delivered {
			toSilent++
		}
		return echoes, after.Datagrams - before.Datagrams, toSilent
	}
	echoes, datagrams, _ := script(false)
	withSilent, more, toSilent := script(true)
	if withSilent != echoes {
		t.Errorf("the echoes take\n%s\nwithout the silent client\n%s", withSilent, echoes)
	}
	if more > datagrams+2 {
		t.Errorf("%d datagrams, %d without the silent client", more, datagrams)
	}
	if toSilent != 0 {
		t.Error("datagrams are sent to the silent client")
	}
}

func TestTakeOverBothWays(t *testing.T) {
	desk := newDesk(t, visit{network: "rtt=10ms", by: "alice@desk"})
	desk.types("abc")
	laptop := desk.join(visit{network: "rtt=200ms,loss=10%", cols: 50, rows: 6, by: "alice@laptop"})
	laptop.waitShown("sh>abc")
	if got, want := desk.waitEnd(), "[gm: work on host was taken over by alice@laptop from 192.0.2.2. Back: gm attach host work]\n(status 0)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	laptop.waitShown("[50x6]")
	laptop.types("def")
	laptop.waitFor("the keys do not arrive", func() bool { return laptop.host.line == "abcdef" })
	again := desk.join(visit{network: "rtt=10ms", cols: 60, rows: 8, by: "alice@desk"})
	again.waitShown("def[60x8]")
	if got, want := laptop.waitEnd(), "[gm: work on host was taken over by alice@desk from 192.0.2.3. Back: gm attach host work]\n(status 0)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	again.types("\r")
	again.waitShown("did abcdef")
}

// TestDisplacedClientThatSleeps is displaced while its machine sleeps, and learns it when
// that wakes.
func TestDisplacedClientThatSleeps(t *testing.T) {
	for _, c := range []struct {
		name  string
		sleep time.Duration
	}{{"a minute", time.Minute}, {"a night", 9 * time.Hour}} {
		t.Run(c.name, func(t *testing.T) {
			desk := newDesk(t, visit{network: "rtt=20ms"})
			desk.asleep = true
			laptop := desk.join(visit{network: "rtt=20ms", cols: 60, rows: 8, by: "alice@laptop"})
			laptop.waitShown(shellPrompt)
			laptop.run(c.sleep)
			desk.asleep = false
			if got, want := desk.waitEnd(), "[gm: work on host was taken over by alice@laptop from 192.0.2.2. Back: gm attach host work]\n(status 0)"; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			laptop.types("on")
			laptop.run(time.Second)
			if !laptop.runs() || laptop.host.line != "on" {
				t.Errorf("the other client runs: %v, the program has %q", laptop.runs(), laptop.host.line)
			}
		})
	}
}

func TestAttachShowsTheWholeScreen(t *testing.T) {
	const setup = "\x1b]2;title\a\x1b]1;icon\a\x1b[4 q\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[=5u\x1b[?1h\x1b[?1049h\x1b[H" +
		"\x1b]11;#123456\a\x1b]4;1;#abcdef\a\x1b[1;4;38;5;99mstyled\x1b[0m \x1b]8;;http://x/\alink\x1b]8;;\a 世界"
	first := newDesk(t, visit{network: "rtt=50ms"})
	first.host.output = setup
	first.waitShown("世界")
	first.types("\x1ed")
	first.waitEnd()
	first.host.output = "\x1b[3;5Hmeanwhile\x1b[?25l\x1b[1 q\x1b]2;later\a"
	first.run(time.Hour)
	second := first.join(visit{network: "rtt=200ms,loss=20%", cols: 60, rows: 8})
	second.waitShown("meanwhile")
	want := vt.NewTerminal(60, 8, vt.Options{})
	want.Write([]byte(setup + "\x1b[3;5Hmeanwhile\x1b[?25l\x1b[1 q\x1b]2;[gm] later\a\x1b]1;[gm] icon\a"))
	got := second.client.frame(second.now)
	events := want.Snapshot()
	events.Events, events.Bells = got.Events, got.Bells
	if !got.Equal(events) || got.Cursor.Shape != 1 {
		t.Errorf("the screen is\n%s\n%q %+v %+v, want\n%s\n%q %+v %+v", got.Text(), got.Title, got.Cursor, got.Modes,
			events.Text(), events.Title, events.Cursor, events.Modes)
	}
	if shown := second.user.Snapshot(); !shown.Modes.BracketedPaste || shown.Modes.Mouse != 1002 || shown.Title != "[gm] later" || !shown.Cursor.Hidden {
		t.Errorf("the user's terminal has title %q, %+v, %+v", shown.Title, shown.Cursor, shown.Modes)
	}
}

func TestSizePolicies(t *testing.T) {
	for _, c := range []struct {
		name        string
		policy      serversession.SizePolicy
		typed, left string // sizes after the second client has typed and after it has left
	}{
		{"latest", serversession.SizeLatest, "40x12", "60x8"},
		{"smallest", serversession.SizeSmallest, "40x6", "50x6"},
		{"largest", serversession.SizeLargest, "60x12", "60x8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := newDesk(t, visit{network: "rtt=20ms"})
			second := first.join(visit{network: "rtt=100ms", cols: 40, rows: 12, role: serversession.Share})
			third := first.join(visit{network: "rtt=300ms,loss=10%", cols: 50, rows: 6, role: serversession.Share})
			watcher := first.join(visit{network: "rtt=20ms", cols: 10, rows: 3, role: serversession.ReadOnly})
			first.server.SetSizePolicy(first.now, c.policy)
			third.waitShown(shellPrompt)
			size := func(want string) {
				t.Helper()
				first.waitFor("the size is not "+want, func() bool {
					for _, d := range first.desks {
						cols, rows := d.client.view.cols, d.client.view.rows
						if d.runs() && fmt.Sprintf("%dx%d", cols, rows) != want {
							return false
						}
					}
					return true
				})
			}
			first.run(3 * time.Second)
			second.types("x")
			watcher.types("y")
			size(c.typed)
			first.run(3 * time.Second)
			if first.host.line != "x" {
				t.Errorf("the program has %q", first.host.line)
			}
			second.types("\x1ed")
			second.waitEnd()
			size(c.left)
		})
	}
}

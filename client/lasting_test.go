package client

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gm/client/display"
	"gm/vt"
)

// lastingModes are the private modes that the client may set or reset in the user's
// terminal: the reason, and the state in which they are left at the end and at a
// suspension: l, h, or r for the state before.
var lastingModes = map[string]struct{ who, left string }{
	"1":    {"the program; the client, where the server translates keys", "l"},
	"5":    {"the program", "l"},
	"6":    {"reset by the client for its own painting", "l"},
	"7":    {"the client, for its own painting", "h"},
	"9":    {"the program", "l"},
	"25":   {"the program, and the client while it paints", "h"},
	"67":   {"the program; reset only after it was set", "l"},
	"69":   {"reset by the client for its own painting", "l"},
	"1000": {"the program", "l"},
	"1001": {"the program", "l"},
	"1002": {"the program", "l"},
	"1003": {"the program", "l"},
	"1004": {"the program", "l"},
	"1005": {"the program", "l"},
	"1006": {"the program", "l"},
	"1007": {"the program; the terminal's own until then", "r"},
	"1015": {"the program", "l"},
	"1034": {"the program, if the terminal has it; the terminal's own until then", "r"},
	"1035": {"the program, if the terminal has it; the terminal's own until then", "r"},
	"1036": {"the program, if the terminal has it; the terminal's own until then", "r"},
	"1037": {"the program, if the terminal has it; the terminal's own until then", "r"},
	"1039": {"the program, if the terminal has it; the terminal's own until then", "r"},
	"1016": {"the program", "l"},
	"1049": {"the client", "l"},
	"2004": {"the program", "l"},
	"2031": {"the client, if the terminal has it", "l"},
}

// lastingKind is a terminal and the capabilities that it has reported.
type lastingKind struct {
	vt.Dialect
	reported vt.Capabilities
}

// before returns the state of a mode before any program, h or l; h if unreported.
func (k lastingKind) before(mode string) string {
	n, _ := strconv.Atoi(mode)
	if k.reported.Mode(n) == 2 {
		return "l"
	}
	return "h"
}

// lastingKinds returns terminals of each kind.
func lastingKinds() map[string]lastingKind {
	kinds := map[string]lastingKind{"full": {Dialect: vt.Full()}}
	for _, term := range []string{"xterm-256color", "xterm-kitty", "tmux-256color", "screen", "linux", "vt100", "vte-256color"} {
		kinds[term] = lastingKind{Dialect: vt.UserTerminal(term, "")}
	}
	for _, value := range []int{1, 2} {
		k := lastingKind{Dialect: vt.UserTerminal("xterm-256color", "")}
		for _, n := range vt.UserModes() {
			k.reported.SetMode(int(n), value)
		}
		k.Dialect = k.With(k.reported)
		k.KeyModes = true
		kinds[fmt.Sprint("one that reports ", value)] = k
	}
	return kinds
}

// setsEverything returns output that sets all lasting state.
func setsEverything() string {
	var b strings.Builder
	for n := range 3000 {
		if n != 2 && n != 2026 { // VT52 has no modes, and a synchronized update no frames
			fmt.Fprintf(&b, "\x1b[?%dh", n)
		}
	}
	return b.String() + "\x1b[4h\x1b[20h\x1b[3;4r\x1b[5 q\x1b[>31u\x1b[>4;2m\x1b]8;;http://h/\a\x1b]7;file://h/d\a\x1b]9;4;1;50\a\x1b]22;hand2\a\x1b]4;1;red;200;blue\a\x1b]10;#123;#456;#789;#123;#456;red;red;#123;red;#456\a\x1b[1;4:3;38;2;1;2;3mtext"
}

var settingOrResetting = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hlrs])`)

// lastOf returns the final byte of the last sequence in output for each private mode.
func lastOf(output string) map[string]string {
	last := map[string]string{}
	for _, m := range settingOrResetting.FindAllStringSubmatch(output, -1) {
		for n := range strings.SplitSeq(m[1], ";") {
			if m[2] != "s" {
				last[n] = m[2]
			}
		}
	}
	return last
}

// TestLastingModes: each private mode is left as without gm, whatever the program has
// set, and a mode that has no row is not touched.
func TestLastingModes(t *testing.T) {
	for name, kind := range lastingKinds() {
		t.Run(name, func(t *testing.T) {
			d := display.New(kind.Dialect)
			user, program := vt.NewTerminal(20, 4, vt.Options{}), vt.NewTerminal(20, 4, vt.Options{})
			user.SetCapabilities(pixelMouse())
			program.SetCapabilities(pixelMouse())
			user.Write([]byte("\x1b[?1007h"))
			for n, row := range lastingModes {
				if row.left == "r" {
					fmt.Fprintf(user, "\x1b[?%s%s\x1b[?%[1]ss", n, kind.before(n))
				}
			}
			before := user.Snapshot().Modes
			program.Write([]byte(setsEverything()))
			out := string(d.Start(nil, 80, 24))
			d.WantColorReports = true
			out += string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			d.Repaint()
			out += string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			program.Write([]byte("\x1b[?1007l\x1b[?1000h\x1b[?1015h"))
			out += string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			out += string(d.Stop(nil))
			for n, how := range lastOf(out) {
				row, ok := lastingModes[n]
				want := row.left
				if want == "r" && kind.reported != (vt.Capabilities{}) {
					want = kind.before(n)
				}
				if !ok || how != want {
					t.Errorf("mode %s (%s) is left by %q, want %q", n, row.who, how, want)
				}
			}
			user.Write([]byte(out))
			s := user.Snapshot()
			if s.Modes != before {
				t.Errorf("left with %+v, want %+v", s.Modes, before)
			}
			if s.Directory != "" || s.Pen != (vt.Rendition{}) || s.Cursor.Shape != 0 || s.Cursor.Hidden || user.AlternateScreen() || s.Colors != nil || s.Pointer != "" || s.Progress != (vt.Progress{}) {
				t.Errorf("left with directory %q, pen %+v, cursor %+v, colours %v, pointer %q, progress %v", s.Directory, s.Pen, s.Cursor, s.Colors, s.Pointer, s.Progress)
			}
		})
	}
}

// pixelMouse returns the capabilities of a terminal with mode 1016, which is not set in
// others.
func pixelMouse() (c vt.Capabilities) {
	c.SetMode(1016, 2)
	return c
}

// TestEveryModeIsUndone: stop undoes each field of vt.Modes, also those added later.
func TestEveryModeIsUndone(t *testing.T) {
	fields := reflect.TypeFor[vt.Modes]()
	for i := range fields.NumField() {
		t.Run(fields.Field(i).Name, func(t *testing.T) {
			s := vt.NewScreen(20, 4)
			field := reflect.ValueOf(&s.Modes).Elem().Field(i)
			switch field.Kind() {
			case reflect.Bool:
				field.SetBool(true)
			default:
				field.SetUint(map[string]uint64{"Mouse": 1002, "MouseEncoding": 1016}[fields.Field(i).Name] + 0)
				if field.Uint() == 0 {
					field.SetUint(2)
				}
			}
			user := vt.NewTerminal(20, 4, vt.Options{})
			user.SetCapabilities(pixelMouse())
			user.Write([]byte("\x1b[?1007;1034;1035;1036;1037;1039s"))
			d := display.New(vt.Full())
			user.Write(d.Frame(nil, s, display.ScrolledOff{}))
			if user.Snapshot().Modes != s.Modes {
				t.Fatalf("the terminal has %+v, want %+v", user.Snapshot().Modes, s.Modes)
			}
			user.Write(d.Stop(nil))
			if left := user.Snapshot().Modes; left != (vt.Modes{}) {
				t.Errorf("left with %+v", left)
			}
		})
	}
}

// lastingStates are the fields of a Screen, with output that sets them and a function
// that returns the state. It is nil for the modes, for fields restored with the main
// screen or the title, and for those that do not last.
var lastingStates = map[string]struct {
	output string
	left   func(s *vt.Screen) any
}{
	"Cursor":     {"\x1b[?25l\x1b[4 q", func(s *vt.Screen) any { return [2]any{s.Cursor.Hidden, s.Cursor.Shape} }},
	"Pen":        {"\x1b[1;31m\x1b]8;;http://h/\a", func(s *vt.Screen) any { return s.Pen }},
	"Modes":      {},
	"Title":      {},
	"Icon":       {},
	"TitleSet":   {},
	"Bells":      {},
	"Clears":     {},
	"Clipboards": {}, // the one thing that stays
	"Events":     {},
	"Directory":  {"\x1b]7;file://h/\a", func(s *vt.Screen) any { return s.Directory }},
	"Progress":   {"\x1b]9;4;2;50\a", func(s *vt.Screen) any { return s.Progress }},
	"Pointer":    {"\x1b]22;wait\a", func(s *vt.Screen) any { return s.Pointer }},
	"Notes":      {"\x1b]1337;SetUserVar=a=YQ==\a\x1b]1337;CurrentDir=/\a\x1b]633;P;Cwd=/\a", func(s *vt.Screen) any { return len(s.Notes) }},
	"Colors":     {"\x1b]4;1;red\a\x1b]11;blue\a", func(s *vt.Screen) any { return s.Colors.HasPalette(1) || s.Colors.HasDynamic(11) }},
}

// TestEveryStateIsUndone: stop and emergencyStop undo each field of vt.Screen, also
// those added later.
func TestEveryStateIsUndone(t *testing.T) {
	fields := reflect.TypeFor[vt.Screen]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		row, ok := lastingStates[name]
		if !ok && fields.Field(i).IsExported() {
			t.Errorf("%s has no row", name)
		}
		if row.left == nil {
			continue
		}
		blank := row.left(vt.NewTerminal(20, 4, vt.Options{}).Snapshot())
		for _, sudden := range []bool{false, true} {
			d := display.New(vt.Full())
			program, user := vt.NewTerminal(20, 4, vt.Options{}), vt.NewTerminal(20, 4, vt.Options{})
			user.Write(d.Start(nil, 80, 24))
			user.Write(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			program.Write([]byte(row.output))
			user.Write(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			if row.left(user.Snapshot()) == blank {
				t.Errorf("%s is not set", name)
			}
			if sudden {
				user.Write(d.EmergencyStop())
			} else {
				user.Write(d.Stop(nil))
			}
			if got := row.left(user.Snapshot()); got != blank {
				t.Errorf("%s is left as %v, want %v (sudden: %v)", name, got, blank, sudden)
			}
		}
	}
}

// TestWheelIsLeftAlone: mode 1007 keeps the terminal's own state on both screens unless
// a program changes it.
func TestWheelIsLeftAlone(t *testing.T) {
	for name, kind := range lastingKinds() {
		d := display.New(kind.Dialect)
		out := string(d.Start(nil, 80, 24)) + string(d.Frame(nil, vt.NewScreen(20, 4), display.ScrolledOff{})) + string(d.Stop(nil))
		for _, n := range vt.UserModes() {
			if lastingModes[fmt.Sprint(n)].left != "r" {
				continue
			}
			want := map[int]string{0: "r", 1: "h", 2: "l"}[kind.reported.Mode(int(n))]
			if how := lastOf(out)[fmt.Sprint(n)]; how != "" && how != want {
				t.Errorf("%s: mode %d is left by %q, want %q", name, n, how, want)
			}
		}
	}
}

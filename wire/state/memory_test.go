package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/wiretest"
)

// memoryLoads maps names to generators of screens that use as much memory as possible.
var memoryLoads = map[string]func(frame, cell int) string{
	"links": func(frame, cell int) string {
		return fmt.Sprintf("\x1b]8;;http://%d/%d/%s\a%c", frame, cell, strings.Repeat("x", 2000), 'a'+cell%26)
	},
	"links with names": func(frame, cell int) string {
		return fmt.Sprintf("\x1b]8;id=%d.%d.%s;http://h\a%c", frame, cell, strings.Repeat("x", 200), 'a'+cell%26)
	},
	"alternating links": func(frame, cell int) string {
		return fmt.Sprintf("\x1b]8;;http://%d/%s\a%c", cell%100, strings.Repeat("x", 2000), 'a'+(cell+frame)%26)
	},
	"short links": func(frame, cell int) string {
		return fmt.Sprintf("\x1b]8;;x:%d/%d\a%c", frame, cell, 'a'+cell%26)
	},
	"styles": func(frame, cell int) string {
		return fmt.Sprintf("\x1b[38;2;%d;%d;%d;48;2;1;%d;%dma", cell%256, cell/256, frame%256, frame, cell%256)
	},
	"clusters": func(frame, cell int) string {
		marks := ""
		for i := range 15 {
			marks += string(rune(0x300 + (cell>>i&1+frame>>i&1*2)*7 + i))
		}
		return string(rune('a'+(frame+cell)%26)) + marks
	},
	"clipboard": func(frame, cell int) string {
		if cell > 0 {
			return ""
		}
		return fmt.Sprintf("\x1b]52;c;%s\a", strings.Repeat(fmt.Sprintf("%04d", frame), 200_000))
	},
	"titles and events": func(frame, cell int) string {
		if cell > 100 {
			return ""
		}
		return fmt.Sprintf("\x1b]0;%d%s\a\x1b]9;%d%s\a\x1b]7;%d%s\a\x1b]4;%d;#123\a", frame, strings.Repeat("t", 4000), frame, strings.Repeat("n", 4000), frame, strings.Repeat("d", 4000), cell)
	},
}

// serveSilentClient sends frames of load, which differ in every cell, to a client that
// never answers. It returns the server with the states it retains, and the length of
// the longest diff in bytes.
func serveSilentClient(t *testing.T, cols, rows int, load func(frame, cell int) string) (server *wire.Transport[Screen, User], term *vt.Terminal, longest int) {
	now := time.Unix(1_000_000_000, 0)
	dialect := vt.Full()
	dialect.EventsApart, dialect.Notifications, dialect.Marks = true, false, false
	first := Screen{Screen: vt.NewScreen(cols, rows), Dialect: dialect}
	server, err := wire.New(wire.Config[Screen, User]{Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4, Local: first}, now)
	if err != nil {
		t.Fatal(err)
	}
	term = vt.NewTerminal(cols, rows, vt.Options{})
	last := first
	for frame := range 34 {
		text := []byte("\x1b[H")
		for cell := range cols * rows {
			text = append(text, load(frame, cell)...)
		}
		term.Write(text)
		next := Screen{Screen: term.Snapshot(), Dialect: dialect}
		longest = max(longest, len(next.AppendDiff(nil, last)))
		last = next
		server.SetLocal(now, next)
		for range 3 {
			now = now.Add(250 * time.Millisecond)
			server.Tick(now, func(datagram.Path, []byte) {})
		}
	}
	return server, term, longest
}

// TestSilentClientMemory bounds the memory of the states retained for a client that
// does not answer, and the size of a frame.
func TestSilentClientMemory(t *testing.T) {
	const maxMemory, maxFrame = 32 << 20, 2 << 20
	for name, load := range memoryLoads {
		sizes := [][2]int{{80, 24}, {160, 40}}
		if name != "links" {
			sizes = sizes[:1]
		}
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s, %dx%d", name, size[0], size[1]), func(t *testing.T) {
				before := wiretest.LiveBytes()
				server, term, longest := serveSilentClient(t, size[0], size[1], load)
				memory := wiretest.LiveBytes() - before
				t.Logf("%d KB of memory, frames of up to %d KB", memory>>10, longest>>10)
				if memory > maxMemory {
					t.Errorf("%d MB of memory", memory>>20)
				}
				if longest > maxFrame {
					t.Errorf("a frame has %d KB", longest>>10)
				}
				server.Sent()
				term.Size()
			})
		}
	}
}

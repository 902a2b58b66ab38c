//go:build unix

package port

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire/control"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const mark = 1 << 62 // of numbers with identifiers (protocol, section 11.12)

func withNumber(n uint64) []byte {
	return append(binary.BigEndian.AppendUint64(nil, n), make([]byte, 16)...)
}

func identified(id uint32) []byte { return withNumber(mark | uint64(id)<<32 | 5) }

var stock = withNumber(5)

func from(n int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(n >> 8)}), uint16(n))
}

func find(t *table[string], data []byte, remote netip.AddrPort) string {
	found, _ := t.find(epoch, data, remote, nil)
	slices.Sort(found)
	return strings.Join(found, " ")
}

func TestFind(t *testing.T) {
	table := newTable[string]()
	table.set("a", control.Routes{Identifiers: []uint32{1, 2}})
	table.set("b", control.Routes{Identifiers: []uint32{2, 3}, Addresses: []netip.AddrPort{from(7)}, Open: true})
	table.set("c", control.Routes{Addresses: []netip.AddrPort{from(7), from(8)}, Open: true})
	for name, c := range map[string]struct {
		data   []byte
		remote netip.AddrPort
		want   string
	}{
		"identifier":             {identified(1), from(1), "a"},
		"identifier of two":      {identified(2), from(1), "a b"},
		"unknown identifier":     {identified(9), from(7), ""},
		"known address":          {stock, from(8), "c"},
		"address of two":         {stock, from(7), "b c"},
		"unknown address":        {stock, from(9), "b c"},
		"to the client":          {withNumber(1<<63 | 5), from(7), ""},
		"to the client, with id": {withNumber(1<<63 | mark | 1<<32), from(7), ""},
		"short":                  {identified(1)[:23], from(7), ""},
		"empty":                  {nil, from(7), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := find(table, c.data, c.remote); got != c.want {
				t.Errorf("for %q, want %q", got, c.want)
			}
		})
	}
}

// Routes replace those before, and nothing remains of a session that is gone.
func TestRoutesAreReplaced(t *testing.T) {
	table := newTable[string]()
	table.set("a", control.Routes{Identifiers: []uint32{1, 1}, Addresses: []netip.AddrPort{from(1), from(1)}, Open: true})
	table.set("b", control.Routes{Identifiers: []uint32{1}})
	table.set("a", control.Routes{Identifiers: []uint32{2}})
	for data, want := range map[string]string{string(identified(1)): "b", string(identified(2)): "a", string(stock): ""} {
		if got := find(table, []byte(data), from(1)); got != want {
			t.Errorf("%x is for %q, want %q", data[:8], got, want)
		}
	}
	table.set("a", control.Routes{Open: true})
	table.remove("a")
	table.remove("b")
	if len(table.routes)+len(table.byIdentifier)+len(table.byAddress)+len(table.open) > 0 {
		t.Errorf("%+v remains", table)
	}
	table.remove("never there")
}

func TestSure(t *testing.T) {
	table := newTable[string]()
	table.set("a", control.Routes{Identifiers: []uint32{1}, Addresses: []netip.AddrPort{from(1)}, Open: true})
	for name, c := range map[string]struct {
		data   []byte
		remote netip.AddrPort
		want   bool
	}{
		"identifier": {identified(1), from(5), true}, "unknown identifier": {identified(2), from(5), false},
		"address": {stock, from(1), true}, "unknown address": {stock, from(2), false}, "junk": {nil, from(2), true},
	} {
		t.Run(name, func(t *testing.T) {
			if _, sure := table.find(epoch, c.data, c.remote, nil); sure != c.want {
				t.Errorf("sure is %v", sure)
			}
		})
	}
}

// Datagrams from unknown addresses cause a bounded number of copies. Each session gets its
// share, so that a client that sends again is heard.
func TestCopiesAreBounded(t *testing.T) {
	table := newTable[string]()
	for i := range 80 {
		table.set(fmt.Sprint(i), control.Routes{Open: true})
	}
	counts := map[string]int{}
	total := 0
	for i := range 1000 {
		now := epoch.Add(time.Duration(i) * 10 * time.Millisecond)
		found, _ := table.find(now, stock, from(i), nil)
		if len(found) > maxOpen {
			t.Fatalf("%d copies of one datagram", len(found))
		}
		for _, m := range found {
			counts[m]++
			total++
		}
	}
	if limit := copyBurst + 10*copyRate; total > limit || total < limit-copyRate {
		t.Errorf("%d copies in 10 s", total)
	}
	if len(counts) != maxOpen {
		t.Errorf("%d sessions got copies", len(counts))
	}
	for m, n := range counts {
		if n < total/maxOpen-1 || n > total/maxOpen+1 {
			t.Errorf("session %s got %d of %d copies", m, n, total)
		}
	}
}

func TestKnownDatagramsCostNoBudget(t *testing.T) {
	table := newTable[string]()
	table.set("a", control.Routes{Identifiers: []uint32{1}, Addresses: []netip.AddrPort{from(1)}, Open: true})
	for range 10 * copyBurst {
		if find(table, stock, from(1))+find(table, identified(1), from(2)) != "aa" {
			t.Fatal("a datagram was not routed")
		}
	}
	if find(table, stock, from(2)) != "a" {
		t.Error("the budget is used up")
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	table := newTable[string]()
	table.set("a", control.Routes{Identifiers: []uint32{1}, Addresses: []netip.AddrPort{from(1)}, Open: true})
	data, dst := identified(1), make([]string, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		table.find(epoch, data, from(1), dst)
		table.find(epoch, stock, from(1), dst)
		table.find(epoch, stock, from(2), dst)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestParking(t *testing.T) {
	var p parking
	buf := make([]byte, 30)
	put := func(now time.Time, data []byte, n int) {
		copy(buf, data)
		p.put(now, &control.Datagram{Data: buf[:len(data)], Remote: from(n)})
		clear(buf)
	}
	claim := func(now time.Time, before, after control.Routes) (ports []int) {
		p.claim(now, before, after, func(d *control.Datagram) {
			ports = append(ports, int(d.Remote.Port()))
			if len(d.Data) != 24 || binary.BigEndian.Uint64(d.Data) == 0 {
				t.Errorf("parked %x", d.Data)
			}
		})
		return ports
	}
	put(epoch, identified(1), 1)
	put(epoch, stock, 2)
	put(epoch, identified(1), 3)
	one, open := control.Routes{Identifiers: []uint32{1}}, control.Routes{Open: true}
	both := control.Routes{Identifiers: []uint32{1}, Open: true}
	for name, c := range map[string]struct {
		after         time.Duration
		before, later control.Routes
		want          []int
	}{
		"identifier":         {0, control.Routes{}, one, []int{1, 3}},
		"open":               {0, control.Routes{}, open, []int{2}},
		"address":            {0, control.Routes{}, control.Routes{Addresses: []netip.AddrPort{from(2)}}, []int{2}},
		"both":               {0, control.Routes{}, both, []int{1, 2, 3}},
		"what is new":        {0, one, both, []int{2}},
		"nothing new":        {0, both, both, nil},
		"another identifier": {0, control.Routes{}, control.Routes{Identifiers: []uint32{2}}, nil},
		"just in time":       {parkTime - 1, control.Routes{}, open, []int{2}},
		"too late":           {parkTime, control.Routes{}, both, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := claim(epoch.Add(c.after), c.before, c.later); !slices.Equal(got, c.want) {
				t.Errorf("claimed %d, want %d", got, c.want)
			}
		})
	}
	for i := range 3 * maxParked {
		put(epoch, stock, 100+i)
	}
	if got := claim(epoch, control.Routes{}, both); len(got) != maxParked || got[0] != 100+2*maxParked || got[maxParked-1] != 100+3*maxParked-1 {
		t.Errorf("the newest parked ones are %d", got)
	}
}

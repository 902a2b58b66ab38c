package client

import (
	"fmt"
	"strings"
	"testing"

	"gm/vt"
)

// The palette is the standard one if both samples equal xterm's, in each round of
// queries.
func TestStandardPalette(t *testing.T) {
	const blue, grey, other = "\x1b]4;67;rgb:5f/87/af\a", "\x1b]4;250;rgb:bc/bc/bc\a", "\x1b]4;250;rgb:00/00/00\a"
	for _, test := range []struct {
		name    string
		replies string
		want    bool
	}{
		{"no sample", "", false}, {"one sample", blue, false}, {"both samples", blue + grey, true}, {"another colour", blue + other, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := asked()
			q.reads(ms(1), test.replies+fenceReply)
			for range 2 {
				if got := q.caps.Features&vt.FeatureStandardPalette != 0; got != test.want {
					t.Errorf("standard palette %v, want %v", got, test.want)
				}
				q.askColors(ms(2), nil)
				q.reads(ms(3), test.replies+fenceReply)
			}
		})
	}
}

// Numbers in replies are compared as a whole.
func TestFenceAttributes(t *testing.T) {
	for reply, want := range map[string]vt.Feature{
		"\x1b[?64;22c": vt.FeatureColor, "\x1b[?64;52c": vt.FeatureClipboard, "\x1b[?22;52c": vt.FeatureColor | vt.FeatureClipboard,
		"\x1b[?64;122;152;220;520c": 0, "\x1b[?c": 0,
	} {
		q := asked()
		if q.reads(ms(1), reply); q.caps.Features != want || !q.done {
			t.Errorf("%q: features %x, done %v; want %x", reply, q.caps.Features, q.done, want)
		}
	}
}

func TestMalformedSizesAndSchemes(t *testing.T) {
	for _, reply := range []string{"\x1b[4;0;800t", "\x1b[4;480;0t", "\x1b[4;480t", "\x1b[?997;0n", "\x1b[?997;3n", "\x1b[?997;12n"} {
		q := asked()
		q.reads(ms(1), reply+fenceReply)
		if q.caps.Text != (vt.Pixels{}) || q.caps.Scheme != 0 {
			t.Errorf("%q: size %+v, scheme %d", reply, q.caps.Text, q.caps.Scheme)
		}
	}
}

// If a program has set one of the samples, neither is queried.
func TestSamplesOfSetColors(t *testing.T) {
	for _, n := range []int{67, 250} {
		term := vt.NewTerminal(1, 1, vt.Options{})
		fmt.Fprintf(term, "\x1b]4;%d;red\a", n)
		text := asked().askColors(ms(1), term.Snapshot().Colors)
		if strings.Contains(text, "\x1b]4;67;?") || strings.Contains(text, "\x1b]4;250;?") {
			t.Errorf("colour %d set: queries %q", n, text)
		}
	}
}

// A terminal without sixels replies with an error, which is no key.
func TestRegistersQuery(t *testing.T) {
	for reply, want := range map[string]int{"\x1b[?1;0;256S": 256, "\x1b[?1;3S": 0, "\x1b[?1;1;0S": 0, "\x1b[?1;2c": -1, "\x1b[?1;2$y": -1} {
		t.Run(reply, func(t *testing.T) {
			k, q := registersQuery(), termQuery{}
			body, whole, ok := k.match([]byte(reply))
			if whole != ok || ok != (want >= 0) {
				t.Fatalf("whole %v, ok %v", whole, ok)
			}
			if whole {
				k.take(&q, body)
			}
			if q.graphics.registers != max(want, 0) {
				t.Errorf("%d registers, want %d", q.graphics.registers, want)
			}
		})
	}
}

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gm/e2e/harness"
)

// sharers are three clients of different sizes in one session, with a raw recorder
// of its input.
type sharers struct {
	*account
	windows  []*harness.Terminal
	recorded string // the file of the input
}

func newSharers(t *testing.T, sizes [3][2]int, options ...string) sharers {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := sharers{account: newAccount(t, racing), recorded: filepath.Join(harness.TempDir(t), "keys")}
	for i, size := range sizes {
		args := append([]string{"attach", "--local", "--share"}, append(options, s.name)...)
		if i == 0 {
			args = append(append([]string{"--local", "--name=" + s.name}, options...), "--", self, recordWord, s.recorded)
		}
		s.windows = append(s.windows, s.windowOf(size[0], size[1], args...))
		s.expectState("attached", i+1)
	}
	return s
}

// TestSharersTypeAtOnce has three clients of different sizes type at the same moment: each
// key arrives once, and those of one client in their order. All see the same.
func TestSharersTypeAtOnce(t *testing.T) {
	t.Parallel()
	const rounds = 6
	alphabets := []string{"ABCDEFGHIJ", "KLMNOPQRST", "abcdefghij"}
	s := newSharers(t, [3][2]int{{80, 24}, {40, 12}, {100, 30}}, "--link=rtt=60ms,loss=10%")
	var typing sync.WaitGroup
	for i, x := range s.windows {
		typing.Go(func() {
			for _, key := range strings.Repeat(alphabets[i], rounds) {
				x.Type(string(key))
			}
		})
	}
	typing.Wait()
	var got string
	harness.Until(t, "all keys", harness.Patience, func() bool {
		text, _ := os.ReadFile(s.recorded)
		got = string(text)
		return len(got) >= len(alphabets)*10*rounds
	}, func() string { return got })
	for i, alphabet := range alphabets {
		own := strings.Map(func(r rune) rune {
			if !strings.ContainsRune(alphabet, r) {
				return -1
			}
			return r
		}, got)
		if want := strings.Repeat(alphabet, rounds); own != want {
			t.Errorf("of client %d have arrived\n%s, want\n%s", i, own, want)
		}
	}
	s.windows[2].Type("q")
	for _, x := range s.windows {
		if status := x.ExpectEnd(harness.Patience); status != 0 {
			t.Errorf("status %d\n%s", status, harness.Frame(x.Screen()))
		}
	}
	s.family.ExpectNone(t, harness.Patience)
}

// TestSizeFollowsTheLastTypist types in each of three windows in turn: the session has its
// size, a smaller window shows the part around the cursor, and a larger one a border.
func TestSizeFollowsTheLastTypist(t *testing.T) {
	t.Parallel()
	sizes := [3][2]int{{80, 24}, {40, 12}, {100, 30}}
	s := newSharers(t, sizes)
	for _, typist := range []int{1, 2, 0, 1} {
		s.windows[typist].Type("x")
		cols, rows := sizes[typist][0], sizes[typist][1]
		text := fmt.Sprintf("%d %d", rows, cols)
		whole := s.windows[typist].ExpectLine(text)
		for i, x := range s.windows {
			x.Until("view of "+text, harness.Patience, func(screen harness.Screen) bool {
				return screen.String() == strings.Join(viewOf(whole, cols, rows, sizes[i][0], sizes[i][1]), "\n")
			})
		}
		if l, _ := s.find(); l.Cols != cols || l.Rows != rows {
			t.Errorf("listed with %dx%d, want %dx%d", l.Cols, l.Rows, cols, rows)
		}
	}
	s.windows[0].Type("q")
	s.windows[0].ExpectEnd(harness.Patience)
	s.family.ExpectNone(t, harness.Patience)
}

// viewOf returns a screen of cols by rows with its cursor near the top left in a window of
// another size.
func viewOf(screen harness.Screen, cols, rows, width, height int) (view []string) {
	for y := range height {
		line := ""
		if y < rows {
			line = screen[y]
			if width < len(line) {
				line = strings.TrimRight(line[:width], " ")
			}
			if width > cols {
				line = fmt.Sprintf("%-*s", cols, line) + "│"
			}
		} else if y == rows {
			line = strings.Repeat("─", min(cols, width))
			if width > cols {
				line += "┘"
			}
		}
		view = append(view, line)
	}
	return view
}

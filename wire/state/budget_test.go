package state

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/protofield"
)

// hostbytes returns the HostMessage with the hoststring text.
func hostbytes(text string) []byte {
	dst := protofield.Enclose([]byte(text), 0, fieldHoststring)
	return protofield.Enclose(protofield.Enclose(dst, 0, kindHostbytes), 0, fieldInstruction)
}

// expensiveHoststrings returns hoststrings in which every few bytes change all cells
// of a large screen.
func expensiveHoststrings() map[string]string {
	const many = 100_000
	narrow := "\x1b[?69h\x1b[1;3s\x1b[999;1H"
	return map[string]string{
		"line feeds within margins": "\x1b[?69h\x1b[1;1999s\x1b[999;1H" + strings.Repeat("\n", many),
		"reverse index":             "\x1b[?69h\x1b[1;1999s\x1b[H" + strings.Repeat("\x1bM", many),
		"index":                     "\x1b[?69h\x1b[1;1999s\x1b[999;1H" + strings.Repeat("\x1bD", many),
		"erase display":             strings.Repeat("\x1b[41m\x1b[2J\x1b[m\x1b[J", many),
		"erase line":                strings.Repeat("\x1b[41m\x1b[2K", 4*many),
		"scroll up":                 "\x1b[?69h\x1b[1;1999s" + strings.Repeat("\x1b[S", many),
		"scroll down":               "\x1b[?69h\x1b[1;1999s" + strings.Repeat("\x1b[T", many),
		"scroll by whole rows":      strings.Repeat("\x1b[41m\x1b[999S", many),
		"insert lines":              "\x1b[?69h\x1b[1;1999s" + strings.Repeat("\x1b[L", many),
		"delete lines":              "\x1b[?69h\x1b[1;1999s" + strings.Repeat("\x1b[M", many),
		"insert columns":            strings.Repeat("\x1b['}", many),
		"delete columns":            strings.Repeat("\x1b['~", many),
		"shift left":                strings.Repeat("\x1b[ @", many),
		"insert characters":         strings.Repeat("\x1b[@", many),
		"delete characters":         strings.Repeat("\x1b[P", many),
		"repeat":                    strings.Repeat("a\x1b[65535b", many),
		"repeat in narrow margins":  narrow + strings.Repeat("a\x1b[65535b", many),
		"repeat wide":               strings.Repeat("漢\x1b[65535b", many),
		"text in narrow margins":    narrow + strings.Repeat("abc", many),
		"alignment":                 strings.Repeat("\x1b#8", many),
		"alternate screen":          strings.Repeat("\x1b[?1049h\x1b[?1049l", many),
		"132 columns":               "\x1b[?40h" + strings.Repeat("\x1b[?3h", many),
		"reset":                     strings.Repeat("\x1bc", many),
	}
}

// TestExpensiveMessagesAreRefused covers a hostile server that tries to keep its
// client busy.
func TestExpensiveMessagesAreRefused(t *testing.T) {
	large, err := (Screen{Screen: vt.NewScreen(80, 24)}).Apply(appendResize(nil, vt.MaxCols, vt.MaxRows))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range expensiveHoststrings() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := large.Apply(hostbytes(text))
			if !errors.Is(err, errWork) {
				t.Errorf("after %v the error is %v", time.Since(start), err)
			}
			t.Logf("refused after %v", time.Since(start))
		})
	}
}

func TestManyResizesAreRefused(t *testing.T) {
	var message []byte
	for i := range 10_000 {
		message = appendResize(message, vt.MaxCols-i%2, vt.MaxRows)
	}
	if _, err := (Screen{Screen: vt.NewScreen(80, 24)}).Apply(message); !errors.Is(err, errWork) {
		t.Errorf("the error is %v", err)
	}
}

// TestOrdinaryMessagesAreAccepted checks that repainting screens of any size three
// times stays within the budget.
func TestOrdinaryMessagesAreAccepted(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {400, 100}, {vt.MaxCols, vt.MaxRows}} {
		cols, rows := size[0], size[1]
		var text strings.Builder
		text.WriteString("\x1b[2J\x1b[H" + strings.Repeat("\n", 2*rows) + "\x1b[5;10r\x1b[5S\x1b[r")
		for y := range rows {
			fmt.Fprintf(&text, "\x1b[%dH\x1b[%dmtext\x1b[K", y+1, 31+y%7)
		}
		t.Run(fmt.Sprintf("%dx%d", cols, rows), func(t *testing.T) {
			message := append(appendResize(nil, cols, rows), hostbytes(strings.Repeat(text.String(), 3))...)
			if _, err := (Screen{Screen: vt.NewScreen(80, 24)}).Apply(message); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBudgetIsThatOfLargestScreen checks that work on a large screen counts against the
// budget of that screen after it has become small.
func TestBudgetIsThatOfLargestScreen(t *testing.T) {
	message := appendResize(nil, vt.MaxCols, vt.MaxRows)
	message = append(message, hostbytes(strings.Repeat("\x1b[41m\x1b[2J\x1b[m\x1b[J", 2))...)
	message = append(appendResize(message, 80, 24), hostbytes("x")...)
	got, err := (Screen{Screen: vt.NewScreen(80, 24)}).Apply(message)
	if err != nil || !strings.Contains(got.Screen.Text(), "x") {
		t.Errorf("%q, %v", got.Screen.Text(), err)
	}
}

package vt

import "testing"

func TestResize(t *testing.T) {
	for name, c := range map[string]struct {
		input      string
		cols, rows int
		want       string
		cursor     Cursor
	}{
		"narrower":         {"0123456789\r\nab", 4, 5, "0123\nab", Cursor{X: 2, Y: 1}},
		"wider":            {"0123456789", 20, 5, "0123456789", Cursor{X: 9}},
		"shorter":          {page, 10, 2, "0000000000\n1111111111", Cursor{X: 9, Y: 1}},
		"taller":           {page, 10, 7, "0000000000\n1111111111\n2222222222\n3333333333\n4444444444", Cursor{X: 9, Y: 4}},
		"wide cut in half": {"日本語", 3, 2, "日", Cursor{X: 2}},
		"margins go":       {"\x1b[2;3r\x1b[?69h\x1b[2;3s\x1b[5;1H", 10, 6, "", Cursor{Y: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			term := typed(c.input)
			term.Resize(c.cols, c.rows)
			checkInvariants(t, term)
			if got := screenText(term.screen); got != c.want || term.screen.Cursor != c.cursor {
				t.Errorf("%s: cursor %+v\n%s", name, term.screen.Cursor, got)
			}
			if term.margin != term.screen.fullMargins() {
				t.Errorf("%s: margins %+v", name, term.margin)
			}
		})
	}
}

func TestResizeIsClamped(t *testing.T) {
	for _, c := range [][4]int{{0, 0, MinCols, MinRows}, {-5, -5, MinCols, MinRows}, {10000, 10000, MaxCols, MaxRows}} {
		term := typed("\x1b[?1049hx")
		term.Resize(c[0], c[1])
		checkInvariants(t, term)
		if cols, rows := term.screen.Size(); cols != c[2] || rows != c[3] {
			t.Errorf("%v: %dx%d", c, cols, rows)
		}
		if cols, rows := NewTerminal(c[0], c[1], Options{}).Snapshot().Size(); cols != c[2] || rows != c[3] {
			t.Errorf("%v: made %dx%d", c, cols, rows)
		}
	}
}

func TestResizeOfInactiveScreen(t *testing.T) {
	term := typed("main text\x1b[?1049h")
	term.Resize(4, 5)
	if typedInto(term, "\x1b[?1049l"); screenText(term.screen) != "main" {
		t.Errorf("%q", screenText(term.screen))
	}
}

// TestResizeKeepsRows checks that rows of the same width are not copied.
func TestResizeKeepsRows(t *testing.T) {
	term := typed(page)
	was := term.Snapshot()
	term.Resize(10, 3)
	if term.screen.rows[1] != was.rows[1] {
		t.Error("the row was copied")
	}
}

func TestReflow(t *testing.T) {
	for name, c := range map[string]struct {
		input      string
		cols, rows int
		want       string
		history    string
		x, y       int
	}{
		"narrower":           {"0123456789\r\nab", 4, 5, "0123\n4567\n89\nab", "", 2, 3},
		"wider":              {"0123456789abc\r\nde", 20, 5, "0123456789abc\nde", "", 2, 1},
		"into the history":   {"0123456789\r\nab", 4, 3, "4567\n89\nab", "0123\\", 2, 2},
		"wide character":     {"ab日本", 3, 5, "ab\n日\n本", "", 2, 2},
		"cursor in a line":   {"0123456789\x1b[1;6H", 4, 5, "0123\n4567\n89", "", 1, 1},
		"pending wrap":       {"0123456789", 5, 5, "01234\n56789", "", 4, 1},
		"cursor on a blank":  {"ab\x1b[3;3H", 20, 5, "ab", "", 2, 2},
		"shorter":            {"a\r\nb\r\nc\r\nd", 10, 2, "c\nd", "a\nb", 1, 1},
		"program's own line": {"0123456789\r\nab", 20, 5, "0123456789\nab", "", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			term := typedInto(NewTerminal(10, 5, Options{Reflow: true, History: 10}), c.input)
			term.Resize(c.cols, c.rows)
			checkInvariants(t, term)
			got := term.screen.Cursor
			if screenText(term.screen) != c.want || got.X != c.x || got.Y != c.y || historyText(term.screen) != c.history {
				t.Errorf("%s: cursor %d,%d, history %q\n%s", name, got.X, got.Y, historyText(term.screen), screenText(term.screen))
			}
		})
	}
}

// TestReflowRecallsHistory checks that lines come back from the history into a window that
// grows, as in xterm, however much of the screen is blank.
func TestReflowRecallsHistory(t *testing.T) {
	const lines = "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7"
	for _, c := range []struct {
		name, input string
		sizes       [][2]int
		want        string
		x, y        int
		history     string
	}{
		{"by a row", lines, [][2]int{{10, 6}}, "2\n3\n4\n5\n6\n7", 1, 5, "1"},
		{"cursor", lines + "\x1b[2;3H", [][2]int{{10, 6}}, "2\n3\n4\n5\n6\n7", 2, 2, "1"},
		{"blank screen", lines + "\x1b[H\x1b[J", [][2]int{{10, 6}}, "2", 0, 1, "1"},
		{"beyond", lines, [][2]int{{10, 12}}, "1\n2\n3\n4\n5\n6\n7", 1, 6, ""},
		{"nothing there", "1\r\n2\r\n3", [][2]int{{10, 8}}, "1\n2\n3", 1, 2, ""},
		{"there and back", "1\r\n2\r\n3\r\n4\r\n5", [][2]int{{10, 3}, {10, 5}}, "1\n2\n3\n4\n5", 1, 4, ""},
		{"cut below the cursor", "1\r\n2\r\n3\r\n4\r\n5\x1b[H", [][2]int{{10, 3}, {10, 5}}, "1\n2\n3", 0, 0, ""},
		{"from the alternate screen", lines + "\x1b[?1049hx", [][2]int{{10, 3}, {10, 7}}, "1\n2\n3\n4\n5\n6\n7", 1, 6, ""},
		{"wider", "1\r\n0123456789abcde\r\n2\r\n3\r\n4\r\n5", [][2]int{{20, 5}}, "0123456789abcde\n2\n3\n4\n5", 1, 4, "1"},
		{"a line across the edge", "1\r\n0123456789abcde\r\n2\r\n3\r\n4\r\n5", [][2]int{{8, 6}}, "01234567\n89abcde\n2\n3\n4\n5", 1, 5, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := typedInto(NewTerminal(10, 5, Options{Reflow: true, History: 10}), c.input)
			for _, size := range c.sizes {
				term.Resize(size[0], size[1])
				checkInvariants(t, term)
			}
			if term.AlternateScreen() {
				typedInto(term, "\x1b[?1049l")
			}
			got := term.screen.Cursor
			if screenText(term.screen) != c.want || got.X != c.x || got.Y != c.y || historyText(term.screen) != c.history {
				t.Errorf("%s: cursor %d,%d, history %q\n%s", c.name, got.X, got.Y, historyText(term.screen), screenText(term.screen))
			}
		})
	}
}

// TestReflowBack checks that a narrower window and back shows the same.
func TestReflowBack(t *testing.T) {
	term := typedInto(NewTerminal(40, 10, Options{Reflow: true}), "$ ls\r\nsome files and a long line of them that wraps\r\n$ ")
	want := screenText(term.screen)
	for _, cols := range []int{13, 7, 40} {
		term.Resize(cols, 10)
	}
	if got := screenText(term.screen); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

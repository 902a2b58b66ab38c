package client

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/vt"
)

var (
	movement = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\a\x1b]*(\a|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x1f]`)
	blanks   = regexp.MustCompile(`\s+`)
)

// spoken returns what a screen reader reads that follows the output to a terminal: the text
// that is written, in that order. Blanks are left out: where a line ends, the cursor may be
// moved instead.
func spoken(output string) string {
	return blanks.ReplaceAllString(movement.ReplaceAllString(output, ""), "")
}

// newPlainWorld returns a world with --plain, or without.
func newPlainWorld(t *testing.T, network string, plain bool) *world {
	s := plainSettings()
	s.plain, s.titlePrefix, s.escape.forwards = plain, "", true
	w := newWorld(t, network, s)
	w.Run(2 * time.Second)
	w.output = nil
	return w
}

// says fails unless exactly want was written since the last call.
func (w *world) says(want string) {
	w.t.Helper()
	w.Settle()
	if got := spoken(string(w.output)); got != spoken(want) {
		w.t.Errorf("a screen reader reads %q, want %q", got, spoken(want))
	}
	w.output = nil
}

// TestPlainReadsAsTheProgramWrites runs a shell's dialogue over several screens.
func TestPlainReadsAsTheProgramWrites(t *testing.T) {
	for _, plain := range []bool{true, false} {
		w := newPlainWorld(t, "delay=20ms", plain)
		var direct strings.Builder
		for i := range 30 {
			line := "output " + strings.Repeat("ab", 1+i%16) + "\r\n$ "
			direct.WriteString(line)
			w.prints(line)
			w.Run(200 * time.Millisecond)
			direct.WriteString("x")
			w.types("x")
			w.Run(200 * time.Millisecond)
			w.prints("\r\n")
			w.Run(200 * time.Millisecond)
		}
		w.says(direct.String())
	}
}

// silence is the time of an outage of the tests.
const silence = 40 * time.Second

func (w *world) outage(t *testing.T) {
	t.Helper()
	w.Up.SetDown(true)
	w.Down.SetDown(true)
	w.Run(silence)
	w.Up.SetDown(false)
	w.Down.SetDown(false)
	w.Run(20 * time.Second)
}

func TestPlainMessagesComeOnce(t *testing.T) {
	w := newPlainWorld(t, "delay=20ms", true)
	w.prints("some text\r\n$ ")
	w.Run(time.Second)
	before := w.user.Snapshot().Text()
	w.says("some text $ ")
	w.outage(t)
	if got := spoken(string(w.output)); !strings.HasPrefix(got, "gm:Nocontactsince03:04:") || !strings.HasSuffix(got, "gm:Contactagain.[Toquit:Ctrl-^.]") ||
		strings.Count(got, "gm:") != 2 || strings.Contains(got, "sometext") {
		t.Errorf("read %q", got)
	}
	if after := w.user.Snapshot().Text(); after != before {
		t.Errorf("after the outage:\n%s\nwant:\n%s", after, before)
	}
	over := newPlainWorld(t, "delay=20ms", false)
	over.prints("some text\r\n$ ")
	over.Run(time.Second)
	over.output = nil
	over.outage(t)
	if got := spoken(string(over.output)); !strings.Contains(got, "sometext") {
		t.Errorf("the bar covers nothing, so that this test shows nothing: %q", got)
	}
}

func TestPlainRowCoversNothing(t *testing.T) {
	w := newPlainWorld(t, "delay=20ms", true)
	if cols, rows := w.program.Snapshot().Size(); cols != worldCols || rows != worldRows-1 {
		t.Fatalf("the program has %dx%d", cols, rows)
	}
	w.prints("1\r\n2\r\n3\r\n4\r\n5$ ")
	w.Run(time.Second)
	w.output = nil
	w.client.bar.setBriefMessage(w.Now, "A message of the client.")
	w.Run(100 * time.Millisecond)
	if got, want := w.user.Snapshot().Text(), "1\n2\n3\n4\n5$\ngm: A message of the client. [To quit:"; got != want {
		t.Errorf("shown\n%s\nwant\n%s", got, want)
	}
	if c := w.user.Snapshot().Cursor; c.X != 3 || c.Y != 4 || c.Hidden {
		t.Errorf("the cursor is at %d, %d, hidden %v", c.X, c.Y, c.Hidden)
	}
	w.Run(20 * time.Second)
	w.sees(worldRows-1, "")
	w.says("gm: A message of the client. [To quit: Ctrl-^ .]")
	w.client.bar.setBriefMessage(w.Now, "Another.")
	w.Run(100 * time.Millisecond)
	w.prints("\r\n6$ ")
	w.Run(100 * time.Millisecond)
	w.sees(worldRows-1, "")
	w.says("gm: Another. [To quit: Ctrl-^ .] 6$")
}

func TestPlainPanelIsPaged(t *testing.T) {
	w := newPlainWorld(t, "delay=50ms", true)
	w.prints("some text\r\n$ ")
	w.Run(time.Second)
	w.says("some text $ ")
	w.types("\x1e?")
	w.Run(5 * time.Second)
	if got := spoken(string(w.output)); !strings.HasPrefix(got, "gm:Anykeygoeson(1of") || strings.Count(got, "gm:") != 1 {
		t.Errorf("the first page is %q", got)
	}
	for range 20 {
		if !w.client.panel.open {
			break
		}
		w.types("q")
		w.Run(3 * time.Second)
	}
	got := regexp.MustCompile(`\(\d+of\d+\)`).ReplaceAllString(spoken(string(w.output)), "")
	for _, want := range []string{"this side 198.51.100.7, UDP", "round trip 100 ms", "extensions none"} {
		if !strings.Contains(got, spoken(want)) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.Contains(got, "Anykeycloses") || strings.Contains(got, "sometext") || w.received != "" || w.client.panel.open {
		t.Errorf("read %q; the program got %q", got, w.received)
	}
	w.Run(20 * time.Second)
	w.sees(worldRows-1, "")
}

func TestPlainQuestionAndCommandLine(t *testing.T) {
	w := newPlainWorld(t, "delay=50ms", true)
	w.client.canForward = true
	w.client.ask("a key")
	w.Run(time.Second)
	w.client.ask("")
	w.Run(5 * time.Second)
	w.says("gm: Ctrl-^ y or n: may the host use your key a key? [To quit: Ctrl-^ .]")
	w.types("\x1eC-L 80")
	w.Run(time.Second)
	w.sees(worldRows-1, "gm> -L 80")
	if c := w.user.Snapshot().Cursor; c.X != 9 || c.Y != worldRows-1 {
		t.Errorf("the cursor is at %d, %d", c.X, c.Y)
	}
	w.says("gm> -L 80")
	w.types("\x03")
	w.Run(5 * time.Second)
	w.sees(worldRows-1, "")
	w.says("")
}

func TestPlainPredictionsAreRead(t *testing.T) {
	for _, plain := range []bool{true, false} {
		s := plainSettings()
		s.predict, s.plain = predict.Always, plain
		w := newWorld(t, "delay=250ms", s)
		w.Run(2 * time.Second)
		w.types("a")
		w.Run(2 * time.Second)
		w.output = nil
		for _, key := range "bcdef" {
			w.types(string(key))
			w.Run(100 * time.Millisecond)
		}
		w.Run(5 * time.Second)
		if got, once := spoken(string(w.output)), spoken(string(w.output)) == "bcdef"; once != plain {
			t.Errorf("plain %v: read %q", plain, got)
		}
	}
}

// TestPlainInASmallWindow leaves the screen its last rows.
func TestPlainInASmallWindow(t *testing.T) {
	w := newPlainWorld(t, "delay=10ms", true)
	for rows, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 3, 24: 23} {
		w.client.handleResize(w.Now, windowSize{20, rows, 200, rows * 10})
		w.Run(time.Second)
		_, got := w.client.frame(w.Now).Size()
		_, program := w.program.Snapshot().Size()
		if got != rows || program != want || w.client.terminal.tty.height != want*10 {
			t.Errorf("a window of %d rows: a frame of %d, a program with %d (%d pixels), want %d", rows, got, program, w.client.terminal.tty.height, want)
		}
	}
}

// TestPlainStatisticsDoNotChange: pages that are read are those of one moment, and the escape key
// leaves them at once. A question is read before the next page.
func TestPlainStatisticsDoNotChange(t *testing.T) {
	w := newPlainWorld(t, "delay=50ms", true)
	w.types("\x1e?")
	w.Run(time.Second)
	before := strings.Join(w.client.panel.lines, "\n")
	w.prints("output that counts")
	w.Run(5 * time.Second)
	if after := strings.Join(w.client.panel.lines, "\n"); after != before {
		t.Errorf("shown\n%s\nthen\n%s", before, after)
	}
	w.client.ask("a key")
	w.Run(100 * time.Millisecond)
	if got := w.user.Snapshot().RowText(worldRows - 1); !strings.HasPrefix(got, "gm: Ctrl-^ y or n") {
		t.Errorf("asked %q", got)
	}
	w.types("\x1e")
	w.Run(100 * time.Millisecond)
	if w.client.panel.open {
		t.Error("the escape key shows the next page")
	}
}

// TestPlainWindowHasTheRow: the size of the window is that of the screen and the row.
func TestPlainWindowHasTheRow(t *testing.T) {
	w := newPlainWorld(t, "delay=10ms", true)
	w.client.handleReplies(w.Now, vt.Theme{}, vt.Capabilities{Text: vt.Pixels{Width: 100, Height: 100}})
	if got := w.client.terminal.measured.rows; got != worldRows {
		t.Errorf("measured with %d rows", got)
	}
	if _, got := w.client.bareScreen().Size(); got != worldRows {
		t.Errorf("a screen of %d rows goes into the scrollback", got)
	}
}

// TestPlainByEnvironment: GM_PLAIN is for the login and for the session.
func TestPlainByEnvironment(t *testing.T) {
	for value, want := range map[string]bool{"yes": true, "no": false} {
		lookup := lookupIn(map[string]string{"GM_PLAIN": value})
		s, err := readSettings(programGM, lookup)
		if s.plain != want || err != nil {
			t.Errorf("GM_PLAIN=%s: a session %v, %v", value, s.plain, err)
		}
		for _, option := range []bool{false, true} {
			o := &options{program: programGM, destination: "host", plain: option}
			if r, err := o.request(lookup); r.Plain != (want || option) || err != nil {
				t.Errorf("GM_PLAIN=%s, --plain=%v: a login %v, %v", value, option, r.Plain, err)
			}
		}
	}
}

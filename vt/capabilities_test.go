package vt

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// queries are answered in order, each with the state at its time.
const (
	questions = "\x1b[2;3H\x1b[6n\x1b[>1u\x1b[?u\x1b[5n\x1b[c\x1b[4;1H\x1b[6n\x1b[<u\x1b[?1000h\x1b[?1000$p\x1b[?1000l\x1b]11;?\a\x1b[?7$p"
	answers   = "\x1b[2;3R\x1b[?1u\x1b[0n\x1b[?64;6;21;22;28;52c\x1b[4;1R\x1b[?1000;1$y\x1b]11;rgb:ffff/ffff/ffff\a\x1b[?7;1$y"
	unknown   = "\x1b[2;3R\x1b[0n\x1b[?64;6;21;28c\x1b[4;1R\x1b[?1000;0$y\x1b[?7;1$y"
)

func TestReportsAreDeferred(t *testing.T) {
	for _, c := range []struct {
		name string
		caps Capabilities
		want string
	}{{"known", everything(), answers}, {"unknown", Capabilities{}, unknown}} {
		t.Run(c.name, func(t *testing.T) {
			term := NewTerminal(10, 5, Options{})
			term.Await()
			typedInto(term, questions)
			if got := string(term.TakeReplies(nil)); got != "\x1b[2;3R" || !term.Awaiting() {
				t.Errorf("before the capabilities are known: %q", got)
			}
			if c.caps != (Capabilities{}) {
				term.SetTheme(Theme{Background: RGBColor(255, 255, 255)})
			}
			term.SetCapabilities(c.caps)
			if got := "\x1b[2;3R" + string(term.TakeReplies(nil)); got != c.want || term.Awaiting() {
				t.Errorf("%q, want %q", got, c.want)
			}
			typedInto(term, questions)
			if got := string(term.TakeReplies(nil)); got != c.want {
				t.Errorf("second time: %q, want %q", got, c.want)
			}
		})
	}
}

func TestDeferredReportLimits(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	term.Await()
	for range maxDeferred + 10 {
		typedInto(term, "\x1b[c"+strings.Repeat("\x1b[5n", 100))
	}
	if len(term.deferred) != maxDeferred || term.behind > maxReplies {
		t.Errorf("%d deferred reports and %d bytes behind them", len(term.deferred), term.behind)
	}
	term.SetCapabilities(Capabilities{})
	if n := len(term.TakeReplies(nil)); n > maxReplies || n < maxReplies-20 {
		t.Errorf("%d bytes of replies", n)
	}
}

// TestPixelMouseNeedsUserTerminal checks that mode 1016 has no effect unless the user's
// terminal supports it.
func TestPixelMouseNeedsUserTerminal(t *testing.T) {
	with, without, late := typed("\x1b[?1006;1016h"), typedInto(NewTerminal(10, 5, Options{}), "\x1b[?1006;1016h"), NewTerminal(10, 5, Options{})
	late.Await()
	typedInto(late, "\x1b[?1006;1016h").SetCapabilities(Capabilities{})
	for name, c := range map[string]struct {
		term *Terminal
		want MouseEncoding
	}{"with": {with, 1016}, "without": {without, 1006}, "late": {late, 0}} {
		t.Run(name, func(t *testing.T) {
			if got := c.term.screen.Modes.MouseEncoding; got != c.want {
				t.Errorf("mouse encoding %d, want %d", got, c.want)
			}
		})
	}
}

// userQueries are all queries whose answers depend on the user's terminal.
var userQueries = func() (queries []string) {
	queries = append(queries, "\x1b[c", "\x1bZ", "\x1b[?u", "\x1b[?4m", "\x1b[>4;?m", "\x1b[?996n", "\x1b[14t", "\x1b[15t", "\x1b[16t", "\x1bP$qm\x1b\\")
	for _, n := range userModes {
		queries = append(queries, fmt.Sprintf("\x1b[?%d$p", n))
	}
	for _, n := range []int{10, 11, 12, 17, 19} {
		queries = append(queries, fmt.Sprintf("\x1b]%d;?\a", n))
	}
	for n := range 256 {
		queries = append(queries, fmt.Sprintf("\x1b]4;%d;?\a", n))
	}
	for name := range userCapabilities {
		queries = append(queries, fmt.Sprintf("\x1bP+q%x\x1b\\", name))
	}
	return queries
}()

// eachQuery calls do with every query that the parser can dispatch: each CSI with each
// marker, intermediate and the parameters of any query, each ESC, each OSC, and the
// names of DECRQSS and XTGETTCAP.
func eachQuery(do func(query string)) {
	parameters := []string{"", ">4;?"}
	for n := range 100 {
		parameters = append(parameters, fmt.Sprint(n))
	}
	for _, n := range slices.Concat(privateModes[:], ansiModes[:]) {
		parameters = append(parameters, fmt.Sprint(n))
	}
	parameters = append(parameters, "996", "4;?")
	for final := '@'; final <= '~'; final++ {
		for _, marker := range []string{"", "?", ">", "<", "="} {
			for _, inter := range []string{"", " ", "!", "\"", "$", "'", "*", "+"} {
				for _, p := range parameters {
					do("\x1b[" + marker + p + inter + string(final))
				}
			}
		}
	}
	for final := '0'; final <= '~'; final++ {
		do("\x1b" + string(final))
	}
	for n := range 130 {
		do(fmt.Sprintf("\x1b]%d;?\a", n))
	}
	for slot := range slotCount {
		do(fmt.Sprintf("\x1b]4;%d;?\a", slot))
		do(fmt.Sprintf("\x1b]5;%d;?\a", slot))
	}
	for _, name := range []string{"m", "r", "s", " q", "\"p", "\"q", "q", "$}", "$~", "*x", "$|", "t", "*|"} {
		do("\x1bP$q" + name + "\x1b\\")
	}
	for name := range xtgettcapValues {
		do("\x1bP+q" + hex.EncodeToString([]byte(name)) + "\x1b\\")
	}
}

// TestUserQueriesHaveRows checks that userQueries are exactly the queries whose answers
// change with the user's terminal.
func TestUserQueriesHaveRows(t *testing.T) {
	// A rendition that not every terminal has. It also resets the margins, which queries set.
	const before = "\x1b<\x1bc\x1b[4:3;38;2;1;2;3m"
	with, without := typed(""), NewTerminal(10, 5, Options{Version: "1"})
	answer := func(term *Terminal, query string) string {
		typedInto(term, before)
		term.TakeReplies(nil)
		typedInto(term, query+"\x18")
		return string(term.TakeReplies(nil))
	}
	found := map[string]bool{}
	eachQuery(func(query string) {
		if a, b := answer(with, query), answer(without, query); a != b {
			found[query] = true
		}
	})
	for _, query := range userQueries {
		if found[query] {
			delete(found, query)
		} else {
			t.Errorf("%q has the same answer for every user's terminal", query)
		}
	}
	for query := range found {
		if !slices.Contains(equivalentQueries, query) {
			t.Errorf("%q depends on the user's terminal and is not in userQueries", query)
		}
	}
}

// equivalentQueries are other forms of userQueries.
var equivalentQueries = []string{"\x1b[0c", "\x1b[>4;?m"}

func TestEveryModeHasASource(t *testing.T) {
	for m, source := range modeSources {
		n := privateModeNumber(mode(m))
		if source == 0 || (source == fromUser) != slices.Contains(userModes[:], n) {
			t.Errorf("mode %d (%d) has the source %d, which userModes contradicts", m, n, source)
		}
	}
}

func privateModeNumber(m mode) uint16 {
	if int(m) < len(privateModes) {
		return privateModes[m]
	}
	return 0
}

func TestModeReportsFollowUserTerminal(t *testing.T) {
	for value, want := range []string{
		"\x1b[?1007;0$y\x1b[?1007;0$y", "\x1b[?1007;1$y\x1b[?1007;2$y", "\x1b[?1007;2$y\x1b[?1007;2$y",
		"\x1b[?1007;3$y\x1b[?1007;3$y", "\x1b[?1007;4$y\x1b[?1007;4$y",
	} {
		t.Run(fmt.Sprint("value ", value), func(t *testing.T) {
			var c Capabilities
			c.SetMode(1007, value)
			term := NewTerminal(10, 5, Options{})
			term.SetCapabilities(c)
			typedInto(term, "\x1b[?1007$p\x1b[?1007l\x1b[?1007$p")
			if got := string(term.TakeReplies(nil)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

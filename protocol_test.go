package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func protocolPage(t *testing.T) string { return read(t, "doc/protocol.md") }

var (
	sectionHeading  = regexp.MustCompile(`(?m)^#{2,3} ([0-9]+(?:\.[0-9]+)?)\.? `)
	sectionCitation = regexp.MustCompile(`[Pp]rotocol(?:\.md)?,[\s/*]*sections? ([0-9]+(?:\.[0-9]+)?(?:(?:, | and |, and )[0-9]+(?:\.[0-9]+)?)*)`)
	sectionNumber   = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)
)

// TestProtocolSectionsExist checks every citation "protocol, section N" in the sources.
func TestProtocolSectionsExist(t *testing.T) {
	sections := map[string]bool{}
	for _, m := range sectionHeading.FindAllStringSubmatch(protocolPage(t), -1) {
		sections[m[1]] = true
	}
	citations := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range sectionCitation.FindAllSubmatch(source, -1) {
			for _, n := range sectionNumber.FindAllString(string(m[1]), -1) {
				citations++
				if !sections[n] {
					t.Errorf("%s cites protocol, section %s, which does not exist", path, n)
				}
			}
		}
		return err
	})
	if err != nil || citations < 20 {
		t.Errorf("%d citations, %v", citations, err)
	}
}

var (
	protoField = regexp.MustCompile(`(\w+) +(\w+) += ([0-9]+);`)
	protoKind  = regexp.MustCompile(`message (\w+) \{ +// field ([0-9]+) of`)
)

// TestProtocolSectionsNameExtensions checks that the page documents every extension and
// every message field in wire, wire/state and wire/control, with its number.
func TestProtocolSectionsNameExtensions(t *testing.T) {
	page := protocolPage(t)
	for _, name := range extensionNames(t) {
		if !regexp.MustCompile(`(?m)^### 11\.[0-9]+ ` + name + `$`).MatchString(page) {
			t.Errorf("extension %q has no section", name)
		}
	}
	documented := map[string][]string{} // names by number
	add := func(number, name string) {
		documented[number] = append(documented[number], strings.ToLower(strings.ReplaceAll(name, "_", "")))
	}
	for _, m := range protoField.FindAllStringSubmatch(page, -1) {
		add(m[3], m[2])
	}
	for _, m := range protoKind.FindAllStringSubmatch(page, -1) {
		add(m[2], m[1])
	}
	fields := 0
	for _, dir := range []string{"wire", "wire/state", "wire/control"} {
		for name, number := range numericConstants(t, dir, "protowire.Number") {
			name = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(name, "field"), "kind"))
			fields++
			if !slices.ContainsFunc(documented[number], func(d string) bool { return strings.Contains(d, name) || strings.HasSuffix(name, d) }) {
				t.Errorf("%s: field %s with number %s is not documented", dir, name, number)
			}
		}
	}
	if fields < 75 {
		t.Errorf("only %d fields found", fields)
	}
}

// extensionNames returns the names of the extensions in wire/state.
func extensionNames(t *testing.T) (names []string) {
	t.Helper()
	source := read(t, "wire/state/extension.go")
	list := regexp.MustCompile(`extensionNames = \[\.\.\.\]string\{(.*)\}`).FindStringSubmatch(source)
	if list == nil {
		t.Fatal("no list of extensions")
	}
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(list[1], -1) {
		names = append(names, m[1])
	}
	return names
}

// numericConstants returns the constants of a type in a package, with their values.
func numericConstants(t *testing.T, dir, typ string) map[string]string {
	found := map[string]string{}
	forEachConst(t, dir, func(spec *ast.ValueSpec, _ int) {
		if selector, ok := spec.Type.(*ast.SelectorExpr); ok && fmt.Sprintf("%s.%s", selector.X, selector.Sel) == typ {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok {
				found[spec.Names[0].Name] = value.Value
			}
		}
	})
	return found
}

// forEachConst calls do for each constant of a package, with its index in its group.
func forEachConst(t *testing.T, dir string, do func(spec *ast.ValueSpec, index int)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.CONST {
				for i, spec := range group.Specs {
					do(spec.(*ast.ValueSpec), i)
				}
			}
		}
	}
}

// TestProtocolSectionsListBits checks the tables of bits and indices against the
// groups of constants in the sources.
func TestProtocolSectionsListBits(t *testing.T) {
	page := protocolPage(t)
	groups := []struct{ dir, first, end string }{
		{"wire/state", "DisciplineKnown", ""},
		{"wire/state", "CharErase", "controlChars"},
		{"vt", "FeatureColor", ""},
		{"vt/cellwidth", "Known", ""},
	}
	for _, g := range groups {
		t.Run(g.first, func(t *testing.T) {
			inside, rows := false, 0
			forEachConst(t, g.dir, func(spec *ast.ValueSpec, i int) {
				name := spec.Names[0].Name
				if i == 0 {
					inside = name == g.first
				}
				if !inside || name == g.end {
					return
				}
				rows++
				if row := fmt.Sprintf("| %d | %s |", i, name); !strings.Contains(page, row) {
					t.Errorf("the page lacks the row %q", row)
				}
			})
			if rows < 8 {
				t.Errorf("only %d constants", rows)
			}
		})
	}
}

// TestProtocolSectionsStateConstants checks that the page states the value of each
// constant of the sender, the receiver and the datagram layer.
func TestProtocolSectionsStateConstants(t *testing.T) {
	page := strings.Join(strings.Fields(protocolPage(t)), " ")
	for _, c := range []struct{ dir, name, value, text string }{
		{"wire", "ackDelay", "100 * time.Millisecond", "| ACK_DELAY | 100 ms |"},
		{"wire", "ackGrace", "10 * time.Millisecond", "RTO + ACK_DELAY ago (gm: 10 ms more)"},
		{"wire", "ackInterval", "3050 * time.Millisecond", "(gm: 3050 ms)"},
		{"wire", "activeRetryTimeout", "10 * time.Second", "| ACTIVE_RETRY_TIMEOUT | 10 s |"},
		{"wire", "shutdownRetries", "16", "| SHUTDOWN_RETRIES | 16 |"},
		{"wire", "lateRetry", "150 * time.Millisecond", "are 150 ms apart"},
		{"wire", "lingerTime", "3 * time.Second", "silent for 3 s"},
		{"wire", "ServerMinDelay", "8 * time.Millisecond", "8 ms at the server"},
		{"wire", "ClientMinDelay", "1 * time.Millisecond", "1 ms at the client"},
		{"wire", "maxRate", "1 << 20", "At most 1 MB a second"},
		{"wire", "resendUnder", "1000", "shorter than 1000 bytes"},
		{"wire", "resendExtra", "100", "at most 100 bytes longer"},
		{"wire", "resendTrust", "30", "gm allows 30 bytes"},
		{"wire", "maxDiff", "2 << 20", "A diff of more than 2 MB"},
		{"wire", "partDiff", "256 << 10", "of up to 256 KB"},
		{"wire", "partDiffLossy", "32 << 10", "or 32 KB while datagrams are lost"},
		{"wire", "expeditedShare", "3", "up to 3 transmissions in one"},
		{"wire", "expeditedBurst", "6", "6 in a burst"},
		{"wire", "smallDiff", "300", "at most 300 bytes"},
		{"wire", "repeatAfter", "2 * time.Millisecond", "after 2 ms"},
		{"wire", "repeatMin", "40 * time.Millisecond", "within 40 to"},
		{"wire", "repeatMax", "160 * time.Millisecond", "to 160 ms"},
		{"wire", "repeatBurst", "3", "3 in a burst"},
		{"wire", "pipeWindow", "2 << 10", "While 2048 bytes or more of states"},
		{"wire", "pipeAckBytes", "1 << 10", "Datagrams of 1024 bytes or more"},
		{"wire", "pipeAckDelay", "500 * time.Millisecond", "500 ms for a key"},
		{"wire", "repeatWithin", "32 * time.Millisecond", "later than 32 ms"},
		{"wire", "maxSent", "32", "more than 32 states"},
		{"wire", "maxSentSize", "16 << 20", "of 16 MB between"},
		{"wire", "maxReceived", "1024", "If 1024 states are held"},
		{"wire", "maxReceivedSize", "256 << 20", "256 MB of them"},
		{"wire", "quenchFor", "15 * time.Second", "every 15 s"},
		{"wire", "maxPacked", "2048 * 2048", "4194304 bytes (2048 x 2048"},
		{"wire", "maxFragments", "1 << 15", "at most 32768 fragments"},
		{"wire", "maxChaff", "16", "0 to 16 random bytes"},
		{"wire", "protocolVersion", "2", "// 2; any other value"},
		{"wire", "maxExtensions", "32", "at most 32 names"},
		{"wire", "maxExtensionName", "32", "each 1 to 32 characters"},
		{"wire/datagram", "maxSample", "5000 * time.Millisecond", "Samples of 5000 ms and more"},
		{"wire/datagram", "minRTO", "50 * time.Millisecond", "clamped to 50 to"},
		{"wire/datagram", "maxRTO", "1000 * time.Millisecond", "to 1000 ms."},
		{"wire/datagram", "minSendInterval", "20 * time.Millisecond", "within 20 to"},
		{"wire/datagram", "maxSendInterval", "250 * time.Millisecond", "to 250 ms"},
		{"wire/datagram", "replyTimeout", "1000 * time.Millisecond", "below 1000 ms"},
		{"wire/datagram", "maxBlocks", "1 << 47", "2^47 blocks of 16 bytes"},
		{"wire/datagram", "lossSeen", "0.01", "from 1% loss on"},
		{"wire/datagram", "allLost", "0.0025", "once in 400 times"},
		{"wire/datagram", "maxRepeats", "3", "at most 3 times"},
		{"wire/datagram", "reorderDepth", "3", "when 3 later ones have arrived"},
		{"wire/datagram", "queuedBeyond", "40", "more than 40 ms and"},
		{"wire/datagram", "queuedShare", "1. / 4", "more than a quarter above"},
		{"wire/datagram", "settledSpan", "16", "If 16 samples"},
		{"wire/datagram", "settledWithin", "4", "at most 4 ms above their own"},
		{"wire/datagram", "standingBeyond", "200", "at most 200 ms above the minimum"},
		{"wire/datagram", "standingWithin", "10", "may be 10 ms above"},
		{"wire/datagram", "standingSpans", "4", "after 4 times as many samples"},
		{"wire/datagram", "floorSpan", "2000", "2000 to 4000 samples"},
		{"server/session", "echoDelay", "50 * time.Millisecond", "at least 50 ms ago"},
		{"server/session", "pipeEchoWait", "100 * time.Millisecond", "only after 100 ms more"},
		{"wire/state", "maxPixels", "1 << 16", "above 65536"},
		{"wire/state", "maxChanges", "1 << 16", "at most 65536 instructions other than keystrokes"},
		{"wire/state", "maxScreens", "20", "at most 20 times the cells"},
		{"wire/state", "minBudget", "1 << 20", "or 2^20 cells"},
		{"wire/state", "maxReason", "500", "at most 500 bytes"},
	} {
		t.Run(c.dir+" "+c.name, func(t *testing.T) {
			if got := constantSource(t, c.dir, c.name); got != c.value {
				t.Errorf("the constant is %q, want %q: change this test and the page", got, c.value)
			}
			if !strings.Contains(page, c.text) {
				t.Errorf("the page does not contain %q", c.text)
			}
		})
	}
}

// constantSource returns the expression of a constant, as it is in the source.
func constantSource(t *testing.T, dir, name string) (source string) {
	t.Helper()
	forEachConst(t, dir, func(spec *ast.ValueSpec, _ int) {
		for i, id := range spec.Names {
			if id.Name == name && i < len(spec.Values) {
				var b strings.Builder
				printer.Fprint(&b, token.NewFileSet(), spec.Values[i])
				source = b.String()
			}
		}
	})
	return source
}

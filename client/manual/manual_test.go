package manual

import (
	"strings"
	"testing"
)

func TestUsageFitsAScreen(t *testing.T) {
	for _, program := range []string{"gm", "mosh"} {
		lines := strings.Split(strings.TrimSuffix(Usage(program), "\n"), "\n")
		if len(lines) > 23 { // leaves a line for the shell's prompt
			t.Errorf("%s: %d lines", program, len(lines))
		}
		for _, line := range lines {
			if len(line) > 80 {
				t.Errorf("%s: %d columns: %s", program, len(line), line)
			}
		}
	}
}

// mosh has no sessions that outlive their client.
func TestMoshOmitsSessions(t *testing.T) {
	page, _ := otherPage("mosh")
	for _, o := range sessionOptions() {
		if strings.Contains(page, escaped("--"+o.Long)) || strings.Contains(Usage("mosh"), "--"+o.Long) {
			t.Errorf("--%s is an option of mosh", o.Long)
		}
	}
}

func TestTopics(t *testing.T) {
	for _, topic := range topics() {
		t.Run(topic.name, func(t *testing.T) {
			if s, ok := Topic(topic.name); !ok || len(s) < 100 || !strings.HasSuffix(s, "\n") {
				t.Errorf("text: %v, %q", ok, s)
			}
			if !strings.Contains(List(), "\n  "+topic.name+" ") {
				t.Error("missing in List")
			}
		})
	}
	if s, ok := Topic("nothing"); ok {
		t.Errorf("unknown topic: %q", s)
	}
}

func TestTopicsFitIn80Columns(t *testing.T) {
	for _, name := range append(pageTopics, "options") {
		s, ok := Topic(name)
		if !ok {
			t.Fatalf("no topic %s", name)
		}
		for line := range strings.Lines(s) {
			if len(line) > 80 {
				t.Errorf("%s: %d columns: %s", name, len(line), line)
			}
		}
	}
}

// TestSources finds unclosed backquotes, lists parsed as paragraphs, duplicate items,
// and topics missing in "gm help" or the page.
func TestSources(t *testing.T) {
	sources, err := files.ReadDir("text")
	if err != nil || len(sources) < 5 {
		t.Fatalf("%d topics, %v", len(sources), err)
	}
	for _, f := range sources {
		name := strings.TrimSuffix(f.Name(), ".txt")
		if _, ok := Topic(name); !ok && name != "description" {
			t.Errorf("gm help %s: no such topic", name)
		}
		if !strings.Contains(page(), `.SH "`+strings.ToUpper(title(name))+`"`) {
			t.Errorf("%s is missing in the page", name)
		}
		tags := map[string]bool{}
		for _, b := range blocks(name) {
			if b.kind == paragraph && (strings.HasPrefix(b.text, "- ") || strings.HasPrefix(b.text, "1. ")) {
				t.Errorf("%s: a list is parsed as a paragraph: %s", name, b.text)
			}
			if b.kind == item && tags[b.tag] {
				t.Errorf("%s: duplicate item %s", name, b.tag)
			}
			tags[b.tag] = true
			if b.kind != verbatim && strings.Count(b.text, "`")%2 != 0 {
				t.Errorf("%s: unclosed backquote: %s", name, b.text)
			}
		}
	}
}

func TestParse(t *testing.T) {
	const source = "\nOne\nparagraph.\n\n    as it\n      stands\n\n* a tag\n  and what\n  it is\n"
	want := []block{
		{kind: paragraph, text: "One paragraph."},
		{kind: verbatim, text: "as it\n  stands"},
		{kind: item, tag: "a tag", text: "and what it is"},
	}
	got := parse(source)
	if len(got) != len(want) {
		t.Fatalf("%d blocks: %+v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("block %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestPlain(t *testing.T) {
	long := strings.Repeat("word ", 20)
	got := plain([]block{{kind: paragraph, text: "a `b` " + long}, {verbatim, "", "x\ny"}, {item, "tag", "text"}})
	words := strings.TrimSpace(long)
	want := "a b " + words[:74] + "\n" + words[75:] + "\n\n    x\n    y\n\n  tag\n      text\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRoff(t *testing.T) {
	var r roff
	r.section("things", []block{
		{kind: paragraph, text: "`a-b` isn't \\ ^~"},
		{verbatim, "", ".x\n'y"},
		{item, "-t", ".text"},
	})
	want := `.SH "THINGS"
\&\fBa\-b\fP isn\(aqt \e \(ha\(ti
.PP
.nf
.in +4n
\&.x
\&\(aqy
.in
.fi
.TP
.B \-t
\&.text
`
	if r.String() != want {
		t.Errorf("got\n%s\nwant\n%s", r.String(), want)
	}
}

func TestPageListsEveryOption(t *testing.T) {
	for _, o := range Options() {
		if !strings.Contains(page(), "\n.B "+escaped(o.names())+"\n") {
			t.Errorf("--%s is missing in the page", o.Long)
		}
	}
}

package known

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func newDirectory(t *testing.T) Directory {
	t.Helper()
	return Directory(filepath.Join(t.TempDir(), "state", "gm", "known"))
}

func (d Directory) mustEnter(t *testing.T, host, name string, now time.Time) {
	t.Helper()
	if err := d.Enter(host, name, now); err != nil {
		t.Fatal(err)
	}
}

func (d Directory) wantNotes(t *testing.T, want ...Note) {
	t.Helper()
	var got []Note
	for _, n := range d.Notes() {
		got = append(got, *n)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestEnterAndEnd(t *testing.T) {
	d := newDirectory(t)
	d.wantNotes(t)
	d.mustEnter(t, "me@box", "work", noon)
	d.mustEnter(t, "ssh://[::1]:2222", "1", noon.Add(time.Hour))
	d.mustEnter(t, "me@box", "work", noon.Add(2*time.Hour))
	work := Note{"me@box", "work", noon, noon.Add(2 * time.Hour)}
	d.wantNotes(t, work, Note{"ssh://[::1]:2222", "1", noon.Add(time.Hour), noon.Add(time.Hour)})
	for range 2 {
		if err := d.End("ssh://[::1]:2222", "1"); err != nil {
			t.Fatal(err)
		}
	}
	d.wantNotes(t, work)
}

func TestUpdate(t *testing.T) {
	d := newDirectory(t)
	for _, host := range []string{"a", "b"} {
		for _, name := range []string{"1", "work"} {
			d.mustEnter(t, host, name, noon)
		}
	}
	later := noon.Add(time.Hour)
	if err := d.Update("a", []string{"work", "other"}, later); err != nil {
		t.Fatal(err)
	}
	d.wantNotes(t, Note{"a", "work", noon, later}, Note{"b", "1", noon, noon}, Note{"b", "work", noon, noon})
}

func TestNotesArePrivate(t *testing.T) {
	d := newDirectory(t)
	d.mustEnter(t, "box", "work", noon)
	for path, want := range map[string]os.FileMode{string(d): 0o700 | os.ModeDir, d.file("box", "work"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// The number of notes is limited: the oldest ones go.
func TestNotesAreBounded(t *testing.T) {
	d := newDirectory(t)
	for i := range maxNotes + 2 {
		d.mustEnter(t, fmt.Sprint("host", i), "1", noon.Add(time.Duration(i)*time.Second))
	}
	notes := d.Notes()
	if len(notes) != maxNotes || notes[maxNotes-1].Host != "host2" {
		t.Errorf("%d notes, the oldest of %s", len(notes), notes[len(notes)-1].Host)
	}
}

// Files that are no notes are skipped, and stay.
func TestUnreadableFiles(t *testing.T) {
	d := newDirectory(t)
	d.mustEnter(t, "box", "work", noon)
	note, err := os.ReadFile(d.file("box", "work"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{
		"empty":              "",
		"another format":     strings.Replace(string(note), header, "gm session 2", 1),
		"no host":            strings.Replace(string(note), "host box\n", "", 1),
		"a bad name":         strings.Replace(string(note), "name work", "name a b", 1),
		"a bad time":         strings.Replace(string(note), "seen 2026", "seen then", 1),
		"an escape":          strings.Replace(string(note), "host box", "host \x1b[2J", 1),
		"of another path":    string(note),
		"a long host":        strings.Replace(string(note), "box", strings.Repeat("x", maxHost+1), 1),
		"more than a note":   strings.Repeat("x", 1<<20),
		"zeros by an outage": strings.Repeat("\x00", 100),
	}
	for name, text := range texts {
		if n, err := parse([]byte(text)); err == nil && name != "of another path" {
			t.Errorf("%s is parsed as %+v", name, n)
		}
		if err := os.WriteFile(filepath.Join(string(d), name+suffix), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.wantNotes(t, Note{"box", "work", noon, noon})
	if err := d.Update("box", nil, noon); err != nil {
		t.Error(err)
	}
	d.wantNotes(t)
	files, _ := os.ReadDir(string(d))
	if len(files) != len(texts) {
		t.Errorf("%d files are left of %d", len(files), len(texts))
	}
}

func TestUnknownWords(t *testing.T) {
	n, err := parse([]byte(header + "\ncolor red\nhost box\nname work\nbegun 2026-11-30T12:00:00Z\nseen 2026-11-30T12:00:00Z\n"))
	if err != nil || n != (Note{"box", "work", noon, noon}) {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestEnterRefuses(t *testing.T) {
	d := newDirectory(t)
	for name, n := range map[string]Note{
		"no host": {Name: "work"}, "a control": {Host: "a\nb", Name: "work"}, "no name": {Host: "box"}, "a bad name": {Host: "box", Name: "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := d.Enter(n.Host, n.Name, noon); err == nil {
				t.Error("no error")
			}
		})
	}
	d.wantNotes(t)
}

func TestDefault(t *testing.T) {
	home := t.TempDir()
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"home":     {map[string]string{"HOME": home}, filepath.Join(home, ".local/state/gm/known")},
		"state":    {map[string]string{"HOME": "/x", "XDG_STATE_HOME": home}, filepath.Join(home, "gm/known")},
		"relative": {map[string]string{"HOME": home, "XDG_STATE_HOME": "x"}, filepath.Join(home, ".local/state/gm/known")},
		"none":     {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Default(func(name string) (string, bool) { v, ok := c.env[name]; return v, ok })
			if string(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if err := Directory("").Enter("box", "work", noon); err != nil || len(Directory("").Notes()) != 0 {
		t.Errorf("without a home: %v", err)
	}
}

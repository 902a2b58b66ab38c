package wire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// cut returns the fragments of text, of size bytes each.
func cut(id uint64, text string, size int) (fs []fragment) {
	for number := 0; ; number++ {
		n := min(size, len(text))
		fs = append(fs, fragment{id, number, n == len(text), []byte(text[:n])})
		if text = text[n:]; text == "" {
			return fs
		}
	}
}

// addAll adds fragments and returns the texts that they complete.
func addAll(t *testing.T, a *reassembly, fs ...fragment) (texts []string) {
	t.Helper()
	for _, f := range fs {
		whole, ok, err := a.add(f)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			texts = append(texts, string(whole))
		}
	}
	return texts
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "|") != strings.Join(want, "|") || len(got) != len(want) {
		t.Errorf("whole: %q, want %q", got, want)
	}
}

func TestReassemblyOfSingleFragments(t *testing.T) {
	var a reassembly
	got := addAll(t, &a, cut(1, "one", 10)[0], cut(2, "", 10)[0], cut(3, "three", 10)[0])
	wantTexts(t, got, "one", "", "three")
}

func TestReassemblyInAnyOrder(t *testing.T) {
	const text = "the quick brown fox jumps over the lazy dog"
	rng := rand.New(rand.NewPCG(1, 2))
	var a reassembly
	for id := range uint64(200) {
		fs := cut(id, text, 1+rng.IntN(20))
		rng.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
		// Each may come twice before the last one missing is there.
		twice := append([]fragment{}, fs[:len(fs)-1]...)
		wantTexts(t, addAll(t, &a, append(twice, fs...)...), text)
	}
}

func TestReassemblyFromTwoCopies(t *testing.T) {
	fs := cut(7, "abcdef", 2)
	var a reassembly
	wantTexts(t, addAll(t, &a, fs[0], fs[2], fs[0]))
	wantTexts(t, addAll(t, &a, fs[0], fs[1]), "abcdef")
}

func TestReassemblyOfAnotherDropsTheFirst(t *testing.T) {
	old, young := cut(1, "abcdef", 2), cut(2, "ghijkl", 2)
	var a reassembly
	wantTexts(t, addAll(t, &a, old[0], old[1], young[0], old[2], young[1], young[2]))
	wantTexts(t, addAll(t, &a, young[0], young[1], young[2]), "ghijkl")
}

func TestReassemblyOfInconsistentFragments(t *testing.T) {
	at := func(number int, final bool, data string) fragment {
		return fragment{9, number, final, []byte(data)}
	}
	for name, c := range map[string]struct {
		fs   []fragment
		want []string
	}{
		"two ends":          {[]fragment{at(2, true, "c"), at(1, true, "B"), at(0, false, "a"), at(1, false, "b")}, []string{"abc"}},
		"beyond the end":    {[]fragment{at(1, true, "b"), at(5, false, "X"), at(0, false, "a")}, []string{"ab"}},
		"end before others": {[]fragment{at(3, false, "d"), at(1, true, "b"), at(0, false, "a")}, nil},
		"another content":   {[]fragment{at(0, false, "a"), at(0, false, "X"), at(1, true, "b")}, []string{"ab"}},
		"empty pieces":      {[]fragment{at(0, false, ""), at(1, false, ""), at(2, true, "")}, []string{""}},
		"whole in between":  {[]fragment{at(1, true, "b"), at(0, true, "a"), at(0, false, "a")}, []string{"a"}},
	} {
		var a reassembly
		t.Run(name, func(t *testing.T) { wantTexts(t, addAll(t, &a, c.fs...), c.want...) })
	}
}

func TestReassemblyBounds(t *testing.T) {
	var a reassembly
	chunk := make([]byte, maxPacked/4)
	for number := range 4 {
		if _, ok, err := a.add(fragment{1, number, false, chunk}); ok || err != nil {
			t.Fatalf("fragment %d: %v, %v", number, ok, err)
		}
	}
	if _, _, err := a.add(fragment{1, 4, false, []byte{0}}); !errors.Is(err, errTooManyBytes) {
		t.Errorf("one byte too many: %v", err)
	}
	if len(a.buf) != 0 || cap(a.buf) > maxIdle {
		t.Errorf("%d bytes are held, %d kept", len(a.buf), cap(a.buf))
	}
	if _, _, err := a.add(fragment{1, maxFragments - 1, false, nil}); err != nil || len(a.spans) != maxFragments {
		t.Errorf("the last number: %v, %d spans", err, len(a.spans))
	}
	wantTexts(t, addAll(t, &a, cut(2, "after", 3)...), "after")
}

func TestReassemblyAtTheLimit(t *testing.T) {
	var a reassembly
	text := bytes.Repeat([]byte("x"), maxPacked)
	fs := cut(1, string(text), 1000)
	got := addAll(t, &a, fs...)
	if len(got) != 1 || got[0] != string(text) {
		t.Errorf("%d texts of an instruction at the limit", len(got))
	}
}

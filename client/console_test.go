package client

import (
	"strings"
	"testing"
	"unsafe"
)

// The size and the offsets are those of INPUT_RECORD in Windows.
func TestInputRecordSize(t *testing.T) {
	if size := unsafe.Sizeof(inputRecord{}); size != 20 {
		t.Errorf("%d bytes, want 20", size)
	}
	if at := unsafe.Offsetof(inputRecord{}.char); at != 14 {
		t.Errorf("offset of char: %d, want 14", at)
	}
}

// pressed returns the records of a press and a release.
func pressed(char uint16) []inputRecord {
	return []inputRecord{
		{kind: keyRecord, down: 1, repeat: 1, key: 'X', scan: 1, char: char},
		{kind: keyRecord, repeat: 1, key: 'X', scan: 1, char: char},
	}
}

func typedWord(chars ...uint16) (records []inputRecord) {
	for _, c := range chars {
		records = append(records, pressed(c)...)
	}
	return records
}

func TestConsoleInput(t *testing.T) {
	tests := []struct {
		name    string
		records []inputRecord
		want    string
	}{
		{"letters", typedWord('g', 'm'), "gm"},
		{"Ctrl-C is a byte", typedWord(3), "\x03"},
		{"Ctrl-^", typedWord(0x1e), "\x1e"},
		{"an arrow is a sequence", typedWord(0x1b, '[', 'A'), "\x1b[A"},
		{"beyond ASCII", typedWord('é', '漢'), "é漢"},
		{"a surrogate pair", typedWord(0xD83D, 0xDE00), "😀"},
		{"a first half alone", typedWord(0xD83D, 'x'), "\uFFFDx"},
		{"a second half alone", typedWord(0xDE00), "\uFFFD"},
		{"the first of the first halves", typedWord(0xD800, 0xDC00), "\U00010000"},
		{"the last of the first halves", typedWord(0xDBFF, 0xDFFF), "\U0010FFFF"},
		{"the first of the second halves", typedWord(0xDC00), "\uFFFD"},
		{"before the first halves", typedWord(0xD7FF, 'x'), "\uD7FFx"},
		{"two first halves", typedWord(0xD83D, 0xD83D, 0xDE00), "\uFFFD😀"},
		{"a modifier types nothing", []inputRecord{{kind: keyRecord, down: 1, repeat: 1, key: 0x10, scan: 0x2a}}, ""},
		{"Ctrl-Space", []inputRecord{{kind: keyRecord, down: 1, repeat: 1}}, "\x00"},
		{"Alt and a number", []inputRecord{
			{kind: keyRecord, down: 1, repeat: 1, key: virtualAlt, scan: 0x38},
			{kind: keyRecord, repeat: 1, key: virtualAlt, scan: 0x38, char: 'ß'},
		}, "ß"},
		{"a key held down", []inputRecord{{kind: keyRecord, down: 1, repeat: 3, key: 'J', char: 'j'}}, "jjj"},
		{"no count", []inputRecord{{kind: keyRecord, down: 1, key: 'J', char: 'j'}}, "j"},
		{"mouse, menu, focus", []inputRecord{{kind: 2, down: 1, char: 'x'}, {kind: 8, down: 1, char: 'x'}, {kind: 16, down: 1, char: 'x'}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var c consoleInput
			var got []byte
			for _, r := range test.records {
				keys, resized := c.next(got, r)
				if resized {
					t.Error("a key is a change of the size")
				}
				got = keys
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConsoleInputResized(t *testing.T) {
	var c consoleInput
	keys, resized := c.next(nil, inputRecord{kind: sizeRecord, down: 80<<16 | 25})
	if !resized || len(keys) != 0 {
		t.Errorf("resized %v, %q", resized, keys)
	}
}

func TestKeyRepeatIsBounded(t *testing.T) {
	var c consoleInput
	keys, _ := c.next(nil, inputRecord{kind: keyRecord, down: 1, repeat: 65535, key: 'J', char: 'j'})
	if want := strings.Repeat("j", maxKeyRepeat); string(keys) != want {
		t.Errorf("%d keys, want %d", len(keys), len(want))
	}
}

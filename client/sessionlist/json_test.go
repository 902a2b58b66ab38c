package sessionlist

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"gm/client/known"
)

func TestJSON(t *testing.T) {
	list := sessions()
	text := JSON([]Host{{Name: "box", Sessions: list[:2]}, {Name: "down", Err: errors.New("no \x1broute"), Hint: "look"}, {Sessions: list[2:4]}},
		[]*known.Note{{Host: "far", Name: "1", Begun: noon, Seen: noon}})
	var got []map[string]any
	if err := json.Unmarshal(text, &got); err != nil || len(got) != 6 {
		t.Fatalf("%d objects, %v", len(got), err)
	}
	for i, want := range []map[string]any{
		{"host": "box", "name": "work", "state": "detached", "since": "2026-11-30T09:00:00Z", "begun": "2026-11-28T10:00:00Z", "ends": "2026-12-04T16:00:00Z",
			"cols": 120.0, "rows": 40.0, "pid": 7.0, "id": "1-a-b", "version": "0.1.0 go1.26", "program": "vim", "from": "192.0.2.1", "clients": nil, "exit": nil},
		{"host": "box", "name": "2", "state": "attached"},
		{"host": "down", "error": "no \x1broute", "hint": "look", "name": nil},
		{"host": "", "name": "会議", "state": "ended", "exit": 3.0},
		{"host": "", "state": "no answer", "pid": 1234.0, "name": nil},
		{"host": "far", "name": "1", "state": "noted", "seen": "2026-11-30T12:00:00Z"},
	} {
		for field, value := range want {
			if got[i][field] != value {
				t.Errorf("object %d: %s is %v, want %v", i, field, got[i][field], value)
			}
		}
	}
	clients := got[1]["clients"].([]any)
	if first := clients[0].(map[string]any); len(clients) != 2 || first["by"] != "alice@laptop" || first["role"] != "take-over" {
		t.Errorf("clients %v", clients)
	}
	if bytes.ContainsRune(text, '\x1b') {
		t.Errorf("an escape in %q", text)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil || indented.String() != string(text) {
		t.Errorf("%v, indented otherwise than\n%s", err, indented.String())
	}
}

func TestJSONWithoutSessions(t *testing.T) {
	if got := string(JSON(nil, nil)); got != "[]\n" {
		t.Errorf("%q, want an empty array", got)
	}
}

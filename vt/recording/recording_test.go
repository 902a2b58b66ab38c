package recording

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestRecordings(t *testing.T) {
	all, err := All()
	if err != nil || len(all) < 20 {
		t.Fatalf("%d recordings, %v", len(all), err)
	}
	resizes := 0
	for _, r := range all {
		n := 0
		for _, e := range r.Events {
			n += len(e.Output)
			if e.Cols > 0 {
				resizes++
			}
		}
		if n < 500 || r.Cols < 20 || r.Rows < 5 {
			t.Errorf("%s: %d bytes, %dx%d", r.Name, n, r.Cols, r.Rows)
		}
	}
	if resizes < 5 {
		t.Errorf("%d resizes", resizes)
	}
}

func TestReadAfterWrite(t *testing.T) {
	r := Recording{Cols: 80, Rows: 24, Events: []Event{
		{After: time.Second, Output: []byte("\x1b[1m<é>\r\n")},
		{After: 1500 * time.Millisecond, Cols: 100, Rows: 30},
	}}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(&b); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadRejectsMalformed(t *testing.T) {
	for _, text := range []string{"", "{}", `{"version":1}`, `{"version":2}` + "\n[1", `{"version":2}` + "\n" + `[1,"r","wide"]`} {
		t.Run(text, func(t *testing.T) {
			if _, err := Read(strings.NewReader(text)); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestFrames(t *testing.T) {
	r := Recording{Events: []Event{
		{After: 10, Output: []byte("a")}, {After: 12, Output: []byte("b")}, {After: 30, Output: []byte("c")},
		{After: 31, Cols: 5, Rows: 4}, {After: 32, Output: []byte("d")}, {After: 33, Output: []byte("e")},
	}}
	want := []Event{
		{After: 10, Output: []byte("ab")}, {After: 30, Output: []byte("c")},
		{After: 31, Cols: 5, Rows: 4}, {After: 32, Output: []byte("de")},
	}
	if got := r.Frames(5); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

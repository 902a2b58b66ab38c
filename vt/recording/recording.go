// Package recording provides recorded terminal output of real programs for tests. The
// command in the folder record makes the recordings.
package recording

import (
	"bufio"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Recording is one run of a program.
type Recording struct {
	Name       string
	Cols, Rows int // at the start
	Events     []Event
}

// Event is output of the program or a resize of its terminal.
type Event struct {
	After      time.Duration // since the start
	Output     []byte        // empty for a resize
	Cols, Rows int           // 0 for output
}

// The files are asciicasts of version 2, compressed.
//
//go:embed data/*.cast.gz
var files embed.FS

// All returns the recordings, sorted by name.
func All() (all []Recording, err error) {
	list, err := files.ReadDir("data")
	for _, entry := range list {
		r, err := open(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		all = append(all, r)
	}
	return all, err
}

func open(file string) (r Recording, err error) {
	f, err := files.Open("data/" + file)
	if err != nil {
		return r, err
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		return r, err
	}
	r, err = Read(text)
	r.Name = strings.TrimSuffix(file, ".cast.gz")
	return r, err
}

// header is the first line of an asciicast.
type header struct {
	Version int `json:"version"`
	Width   int `json:"width"`
	Height  int `json:"height"`
}

// Read parses an asciicast of version 2.
func Read(from io.Reader) (r Recording, err error) {
	lines := json.NewDecoder(bufio.NewReader(from))
	var h header
	if err := lines.Decode(&h); err != nil || h.Version != 2 {
		return r, fmt.Errorf("asciicast of version %d: %w", h.Version, err)
	}
	r.Cols, r.Rows = h.Width, h.Height
	for {
		var line [3]any
		err := lines.Decode(&line)
		if err == io.EOF {
			return r, nil
		}
		seconds, _ := line[0].(float64)
		text, _ := line[2].(string)
		e := Event{After: time.Duration(seconds * float64(time.Second))}
		switch {
		case err != nil:
		case line[1] == "o":
			e.Output = []byte(text)
		case line[1] == "r":
			_, err = fmt.Sscanf(text, "%dx%d", &e.Cols, &e.Rows)
		}
		if err != nil {
			return r, err
		}
		r.Events = append(r.Events, e)
	}
}

// Write writes the recording as an asciicast of version 2.
func (r Recording) Write(to io.Writer) error {
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	err := lines.Encode(header{2, r.Cols, r.Rows})
	for _, e := range r.Events {
		line := []any{e.After.Round(time.Millisecond).Seconds(), "o", string(e.Output)}
		if e.Cols > 0 {
			line[1], line[2] = "r", fmt.Sprintf("%dx%d", e.Cols, e.Rows)
		}
		if err == nil {
			err = lines.Encode(line)
		}
	}
	return err
}

// Frames merges the output between two pauses into one event. A resize is an event too.
func (r Recording) Frames(pause time.Duration) (frames []Event) {
	var last *Event
	for i, e := range r.Events {
		if e.Cols > 0 || last == nil || last.Cols > 0 || e.After-r.Events[i-1].After >= pause {
			frames = append(frames, Event{After: e.After, Cols: e.Cols, Rows: e.Rows})
			last = &frames[len(frames)-1]
		}
		last.Output = append(last.Output, e.Output...)
	}
	return frames
}

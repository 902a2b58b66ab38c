//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"golang.org/x/term"

	"gm/vt/corpus"
	"gm/vt/recording"
)

// playerWord, as the first argument, makes bench the program that runs in a session:
//
//	flood KIND SIZE FILE   writes a text, and to FILE how long that took
//	recordings PAUSE LIMIT plays a recording for each key that is typed
//	pictures DIR           shows pictures and echoes keys
//	lines KIND COUNT       writes numbered lines when a key is typed
//	dial CC HOST PORT      connects for ssh, without a terminal
const playerWord = "bench-player"

const (
	floodChunk = 64 << 10 // bytes of one write
	askCursor  = "\x1b[6n"
)

// play runs the player on a raw terminal.
func play(args []string) error {
	if len(args) == 4 && args[0] == "dial" {
		return dial(args[1], args[2], args[3])
	}
	if _, err := term.MakeRaw(0); err != nil {
		return err
	}
	switch {
	case len(args) == 4 && args[0] == "flood":
		size, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return playFlood(corpus.FromTTY(corpus.Text(args[1], size)), args[3])
	case len(args) == 3 && args[0] == "recordings":
		pause, err1 := time.ParseDuration(args[1])
		limit, err2 := strconv.Atoi(args[2])
		return errors.Join(err1, err2, playRecordings(pause, limit))
	case len(args) == 2 && args[0] == "pictures":
		return playPictures(args[1])
	case len(args) == 3 && args[0] == "lines":
		count, err := strconv.Atoi(args[2])
		return errors.Join(err, playLines(args[1], count))
	}
	return fmt.Errorf("unknown arguments %q", args)
}

type flooded struct {
	Bytes int
	Took  time.Duration
}

// playFlood writes the text and then asks for the cursor's position: the answer proves
// that all of the text was read. Then it waits to be killed.
func playFlood(text []byte, file string) error {
	begin := time.Now()
	for part := range slices.Chunk(text, floodChunk) {
		if _, err := os.Stdout.Write(part); err != nil {
			return err
		}
	}
	fmt.Print(askCursor)
	if err := awaitKey('R'); err != nil {
		return err
	}
	result, err := json.Marshal(flooded{len(text), time.Since(begin)})
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", result, 0o600); err != nil {
		return err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return err
	}
	return awaitKey(0)
}

func awaitKey(key byte) error {
	for b := []byte{key + 1}; b[0] != key; {
		if _, err := os.Stdin.Read(b); err != nil {
			return err
		}
	}
	return nil
}

// playedTitle is the window title that marks the end of a recording.
func playedTitle(name string) string { return "played " + name }

// recordings are those for a terminal of 80x24.
func recordings() (fit []recording.Recording, err error) {
	all, err := recording.All()
	for _, r := range all {
		if r.Cols == 80 && r.Rows == 24 {
			fit = append(fit, r)
		}
	}
	return fit, err
}

// playRecordings plays one recording for each key. Frames are pause apart, and limit at
// most.
func playRecordings(pause time.Duration, limit int) error {
	all, err := recordings()
	if err != nil {
		return err
	}
	fmt.Print("\x1b]0;" + playedTitle("nothing") + "\a")
	for _, r := range all {
		if err := awaitKey(' '); err != nil {
			return err
		}
		frames := r.Frames(pause)
		for _, f := range frames[:min(len(frames), limit)] {
			if _, err := os.Stdout.Write(f.Output); err != nil {
				return err
			}
			time.Sleep(pause)
		}
		fmt.Print("\x1bc\x1b]0;" + playedTitle(r.Name) + "\a")
	}
	return awaitKey(0)
}

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"

	"gm/vt"
	"gm/vt/recording"
)

// size is the size of a terminal, in cells.
type size struct{ cols, rows int }

var sizes = []size{{80, 24}, {132, 43}}

const (
	pause      = 150 * time.Millisecond // without output; the program then waits for a key
	longest    = time.Second            // bounds the wait for a pause
	maxStartup = 5 * time.Second
)

// session is a program that is being recorded.
type session struct {
	recording.Recording
	start  time.Time
	term   *vt.Terminal // replies to the program's queries
	master *os.File
	output chan []byte
	held   []byte // an incomplete code point; asciicast events hold whole ones
}

// record runs p in a terminal of size s. If resized is set, it resizes the window in
// the middle and again near the end.
func record(p program, s size, resized bool) (recording.Recording, error) {
	cmd := exec.Command(p.command[0], p.command[1:]...)
	cmd.Env, cmd.Dir = environment(), home
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(s.cols), Rows: uint16(s.rows)})
	if err != nil {
		return recording.Recording{}, err
	}
	defer master.Close()
	x := &session{
		Recording: recording.Recording{Cols: s.cols, Rows: s.rows},
		start:     time.Now(), master: master, output: make(chan []byte),
		term: vt.NewTerminal(s.cols, s.rows, vt.Options{Version: "1"}),
	}
	go x.read()
	if !x.wait(maxStartup) {
		return x.Recording, fmt.Errorf("%s: no output", p.name)
	}
	for i, keys := range p.keys {
		if resized && i == len(p.keys)/2 {
			x.resize(s.cols-13, s.rows-5)
		}
		if resized && i == len(p.keys)*3/4 {
			x.resize(s.cols+7, s.rows+3)
		}
		master.WriteString(keys)
		x.wait(longest)
	}
	for p.choices != nil && !atMenu(x.Events) && x.wait(4*longest) {
	}
	for _, choice := range p.choices {
		x.choose(choice)
	}
	cmd.Process.Kill()
	cmd.Wait()
	return x.Recording, nil
}

// maxScreens bounds the screens that one choice of a menu shows.
const maxScreens = 40

// choose types a choice of a menu and pages through its screens until a menu is shown
// again.
func (x *session) choose(choice string) {
	keys := choice + "\r"
	for range maxScreens {
		before := len(x.Events)
		x.master.WriteString(keys)
		x.wait(4 * longest)
		if atMenu(x.Events[before:]) {
			return
		}
		keys = "\r"
	}
}

// atMenu reports whether a menu was written. The output is searched because the screen
// may show it in another character set.
func atMenu(events []recording.Event) bool {
	var all []byte
	for _, e := range events {
		all = append(all, e.Output...)
	}
	return bytes.Contains(all, []byte("Enter choice number"))
}

func (x *session) read() {
	for {
		buf := make([]byte, 1<<16)
		n, err := x.master.Read(buf)
		if err != nil {
			return
		}
		x.output <- buf[:n]
	}
}

// wait records output until there is none for a while. It reports whether there was
// any.
func (x *session) wait(atMost time.Duration) (any bool) {
	limit := time.After(atMost)
	quiet := time.NewTimer(atMost)
	for {
		select {
		case p := <-x.output:
			any = true
			quiet.Reset(pause)
			x.add(p)
		case <-quiet.C:
			return any
		case <-limit:
			return any
		}
	}
}

func (x *session) add(p []byte) {
	x.term.Write(p)
	x.master.Write(x.term.TakeReplies(nil))
	p = append(x.held, p...)
	whole := len(p)
	for i := max(0, len(p)-utf8.UTFMax+1); i < len(p); i++ {
		if utf8.RuneStart(p[i]) && !utf8.FullRune(p[i:]) {
			whole = i
		}
	}
	x.held = append([]byte(nil), p[whole:]...)
	x.Events = append(x.Events, recording.Event{After: time.Since(x.start), Output: p[:whole]})
}

func (x *session) resize(cols, rows int) {
	x.Events = append(x.Events, recording.Event{After: time.Since(x.start), Cols: cols, Rows: rows})
	x.term.Resize(cols, rows)
	pty.Setsize(x.master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	x.wait(longest)
}

func save(file string, r recording.Recording) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	z, _ := gzip.NewWriterLevel(f, gzip.BestCompression)
	err = r.Write(z)
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = f.Close()
	}
	info, _ := os.Stat(file)
	fmt.Println(file, info.Size(), len(r.Events), "events")
	return err
}

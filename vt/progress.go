package vt

import (
	"strconv"
	"strings"
)

// Progress is what a program reports of its work (ConEmu, OSC 9 ; 4).
type Progress struct {
	State   ProgressState
	Percent uint8 // 0 to 100
}

// ProgressState is the second parameter of OSC 9 ; 4.
type ProgressState uint8

const (
	ProgressNone ProgressState = iota
	ProgressNormal
	ProgressError
	ProgressUnknown // without a percentage
	ProgressPaused
)

// progress performs OSC 9 ; 4. An error and a pause keep the percentage if they have
// none.
func (t *Terminal) progress(text string) {
	state, percent, _ := cutByte(text, ';')
	n, err := strconv.Atoi(state)
	if err != nil || n < 0 || n > int(ProgressPaused) {
		return
	}
	p := Progress{State: ProgressState(n)}
	switch done, err := strconv.Atoi(strings.TrimSuffix(percent, ";")); {
	case p.State == ProgressNone || p.State == ProgressUnknown:
	case err == nil:
		p.Percent = uint8(min(max(done, 0), 100))
	case p.State != ProgressNormal:
		p.Percent = t.screen.Progress.Percent
	}
	t.screen.Progress = p
}

// append appends OSC 9 ; 4.
func (p Progress) append(dst []byte) []byte {
	dst = appendInt(append(dst, "\x1b]9;4;"...), int(p.State))
	if p.State == ProgressNormal || p.State == ProgressError || p.State == ProgressPaused {
		dst = appendInt(append(dst, ';'), int(p.Percent))
	}
	return append(dst, '\a')
}

//go:build unix

package server

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/control"
)

// sessionOptions are the values of -@ gm-KEY=VALUE.
type sessionOptions struct {
	name    string // empty for a number that the server chooses
	role    control.Role
	size    control.SizePolicy
	by      string // the client, as user@host
	host    string // name by which the user calls this host
	linger  *lingerTime
	inside  string // ID of the session in which the client runs
	pipe    bool   // the client wants a pipe beside UDP
	history int    // lines of the history that the client wants
	stdio   bool   // the program has pipes in place of a terminal, which streams carry
	idle    bool   // there is no program
	agent   bool   // the program's agent is the client's
	x11     bool   // the program's display is the client's
	screen  int    // of it
	shell   bool   // the command is text for the login shell
	// subsystem is that of sshd whose program runs; empty for none.
	subsystem string

	noNotice    bool // the login is not to mention sessions without a client
	allFamilies bool // -s restricts nothing
}

// maxOptionText is the length of the longest value that is passed on as text, in bytes.
const maxOptionText = 500

// set sets an option of the form KEY=VALUE. Unknown keys, which newer clients may send,
// are ignored. After an error the option is unchanged.
func (s *sessionOptions) set(setting string) error {
	key, value, _ := strings.Cut(setting, "=")
	ok := true
	switch key {
	case "name":
		if err := wire.CheckSessionName(value); err != nil {
			return err
		}
		s.name = value
	case "role":
		var role control.Role
		if role, ok = control.ParseRole(value); ok {
			s.role = role
		}
	case "size":
		var size control.SizePolicy
		if size, ok = control.ParseSizePolicy(value); ok {
			s.size = size
		}
	case "linger":
		linger, err := parseLinger(value)
		if err != nil {
			return err
		}
		s.linger = &linger
	case "by":
		s.by = value[:min(len(value), maxOptionText)]
	case "host":
		s.host = value[:min(len(value), maxOptionText)]
	case "history":
		lines, err := strconv.Atoi(value)
		ok = err == nil && lines > 0
		s.history = min(max(lines, 0), vt.MaxHistory)
	case "pipe":
		s.pipe = true
	case "stdio":
		s.stdio, s.idle = true, value == "none"
	case "agent":
		s.agent = true
	case "x11":
		s.x11 = true
		s.screen, _ = strconv.Atoi(value)
	case "shell":
		s.shell = true
	case "subsystem":
		s.subsystem = value[:min(len(value), maxOptionText)]
	case "notice":
		s.noNotice = value == "no"
	case "families":
		s.allFamilies = value == "all"
	case "inside":
		s.inside = value[:min(len(value), maxOptionText)]
	}
	if !ok {
		return fmt.Errorf("bad %s %q of a session", key, value)
	}
	return nil
}

// lingerTime is how long a session stays without a client at its shell's prompt; 0 is for
// ever.
type lingerTime time.Duration

// defaultLinger is the time of a session whose user has set none.
const defaultLinger = lingerTime(7 * 24 * time.Hour)

// parseLinger parses a duration: "never", a number of days such as "7d", or a duration of
// Go ("12h", "90m"), of at least a second.
func parseLinger(text string) (lingerTime, error) {
	if text == "never" {
		return 0, nil
	}
	d, err := parseDays(text)
	if err != nil {
		d, err = time.ParseDuration(text)
	}
	if err != nil || d < time.Second {
		return 0, fmt.Errorf("bad duration %q of a session without a client: 7d, 12h, 90m or never", text)
	}
	return lingerTime(d), nil
}

var errNoDays = errors.New("not a number of days")

func parseDays(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	number, ok := strings.CutSuffix(text, "d")
	days, err := strconv.ParseUint(number, 10, 32)
	if !ok || err != nil || days > uint64(math.MaxInt64/day) {
		return 0, errNoDays
	}
	return time.Duration(days) * day, nil
}

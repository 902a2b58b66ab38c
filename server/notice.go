//go:build unix

package server

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"gm/server/registry"
	"gm/wire/control"
)

const (
	// noticeWait bounds how long a login waits for the list of the user's sessions.
	noticeWait = 300 * time.Millisecond

	// noticeNames is how many sessions are named in the notice.
	noticeNames = 8
)

// listOthers lists the user's sessions, but the one with the ID own, in a goroutine: that
// one is too busy with its start to answer. Sessions that are too slow are left out. The
// channel has room for the list.
func listOthers(r registry.Registry, own string) <-chan []control.Status {
	listed := make(chan []control.Status, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), noticeWait)
		defer cancel()
		entries, _ := r.ListOthers(ctx, own)
		var sessions []control.Status
		for _, e := range entries {
			sessions = append(sessions, e.Status)
		}
		listed <- sessions
	}()
	return listed
}

// notice returns the text for a login about the sessions in listed that have no client; ""
// if there are none or the list does not come in time. host is a name of this host.
func notice(listed <-chan []control.Status, host string) string {
	select {
	case sessions := <-listed:
		return noticeOf(sessions, host, time.Now())
	case <-time.After(noticeWait):
		return ""
	}
}

func noticeOf(sessions []control.Status, host string, now time.Time) string {
	var idle []*control.Status
	for i := range sessions {
		if s := &sessions[i]; s.State == control.Detached && s.From != "" {
			idle = append(idle, s)
		}
	}
	if len(idle) == 0 {
		return ""
	}
	slices.SortStableFunc(idle, func(a, b *control.Status) int { return b.Since.Compare(a.Since) })
	var names []string
	for _, s := range idle[:min(len(idle), noticeNames)] {
		names = append(names, fmt.Sprintf("%s (%s, %s)", s.Name, cmp.Or(s.Program, "?"), ago(now.Sub(s.Since))))
	}
	if more := len(idle) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	begin, name := "1 session here has no client", idle[0].Name
	if len(idle) > 1 {
		begin, name = fmt.Sprintf("%d sessions here have no client", len(idle)), "NAME"
	}
	return fmt.Sprintf("gm: %s: %s. gm attach %s %s\n", begin, strings.Join(names, ", "), host, name)
}

func ago(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(int(d.Minutes()), 0))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// hostName returns the name of this host for a command line of the user: called, if it
// needs no quoting, or the system's own.
func hostName(called string) string {
	if called != "" && !strings.ContainsFunc(called, needsQuotes) && called[0] != '-' {
		return called
	}
	name, err := os.Hostname()
	if err != nil {
		return "HOST"
	}
	return name
}

func needsQuotes(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("@.-_:/%+,=", r)
}

//go:build unix

package login

import (
	"net/netip"
	"os"
	"strconv"

	"gm/server/pty"
)

// Recorder tells the rest of the system where the session's client is: the
// user's other sessions, utmp, the log. All of it is as good as the system lets
// it be, and takes its time in a goroutine of its own.
type Recorder struct {
	registry Registry
	program  *pty.Program
	user     string
	clients  chan netip.Addr // holds the newest that was not told yet
	done     chan struct{}
}

func NewRecorder(r Registry, p *pty.Program, user string) *Recorder {
	a := &Recorder{
		registry: r, program: p, user: user,
		clients: make(chan netip.Addr, 1),
		done:    make(chan struct{}),
	}
	go a.run()
	return a
}

// SetClient takes where the client is, the zero Addr for nowhere. It does not
// block: only its caller puts, and what nobody has told yet is out of date.
func (a *Recorder) SetClient(client netip.Addr) {
	select {
	case <-a.clients:
	default:
	}
	a.clients <- client
}

// Stop takes back what was told.
func (a *Recorder) Stop() {
	close(a.clients)
	<-a.done
}

func (a *Recorder) run() {
	defer close(a.done)
	pid := os.Getpid()
	begun := false
	for client := range a.clients {
		a.registry.Set(pid, client)
		addUtmp(a.program, utmpHost(client, pid))
		if !begun {
			begun = true
			writeAuditLog("session of %s begins, client %s", a.user, client)
		}
	}
	if begun {
		a.registry.Remove(pid)
		removeUtmp(a.program)
		writeAuditLog("session of %s ends", a.user)
	}
}

// utmpHost is what who(1) shows as the place that the user came from, in the
// words that people know from mosh.
func utmpHost(client netip.Addr, pid int) string {
	name := "mosh [" + strconv.Itoa(pid) + "]"
	if client.IsValid() {
		return client.String() + " via " + name
	}
	return name
}

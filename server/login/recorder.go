//go:build unix

package login

import (
	"net/netip"
	"os"
	"strconv"

	"gm/server/pty"
)

// Recorder records the address of a session's client in utmp and in the system's log, as
// far as the system allows. It does so in a goroutine of its own, since both may take
// long.
type Recorder struct {
	user    string
	utmp    utmpEntry
	clients chan netip.Addr // holds the newest address that is not recorded yet
	done    chan struct{}
}

// utmpEntry sets and removes an entry of utmp.
type utmpEntry interface {
	add(host string)
	remove()
}

// programEntry is the entry of a program's terminal.
type programEntry struct{ *pty.Program }

func (e programEntry) add(host string) { addUtmp(e.Program, host) }
func (e programEntry) remove()         { removeUtmp(e.Program) }

// NewRecorder returns a Recorder for a session with that program. Stop must be called
// before the program is closed.
func NewRecorder(p *pty.Program, user string) *Recorder {
	return newRecorder(programEntry{p}, user)
}

func newRecorder(utmp utmpEntry, user string) *Recorder {
	rec := &Recorder{user: user, utmp: utmp, clients: make(chan netip.Addr, 1), done: make(chan struct{})}
	go rec.run()
	return rec
}

// SetClient records the address of the client; the zero Addr if it is silent. It does
// not block: an address that is not recorded yet is replaced. It must not be called
// concurrently with itself or Stop.
func (r *Recorder) SetClient(client netip.Addr) {
	select {
	case <-r.clients:
	default:
	}
	r.clients <- client
}

// Stop removes the records.
func (r *Recorder) Stop() {
	close(r.clients)
	<-r.done
}

func (r *Recorder) run() {
	defer close(r.done)
	pid := os.Getpid()
	begun := false
	for client := range r.clients {
		r.utmp.add(utmpHost(client, pid))
		if !begun {
			begun = true
			writeSyslog("session of %s begins, client %s", r.user, client)
		}
	}
	if begun {
		r.utmp.remove()
		writeSyslog("session of %s ends", r.user)
	}
}

// utmpHost returns the host that who(1) shows, in the form that mosh uses.
func utmpHost(client netip.Addr, pid int) string {
	name := "mosh [" + strconv.Itoa(pid) + "]"
	if client.IsValid() {
		return client.String() + " via " + name
	}
	return name
}

package forward

import (
	"strconv"
	"strings"
)

// Info describes a forward or a connection to the user.
type Info struct {
	Kind    string // "local", "remote", "dynamic", "agent", "x11" or "connection"
	Address string // of the listener or the target
	State   string
	// Read and Written are the bytes from and to the connections of this host.
	Read, Written uint64
}

// List returns the forwards and then the connections.
func (m *Mux) List() []Info {
	var list []Info
	for _, f := range m.Forwards() {
		i := Info{Kind: f.purpose, State: f.State.String()}
		i.Address, _, _ = strings.Cut(f.Answer, " ") // not the cookie
		if f.purpose == "" {
			i.Kind, i.Address = f.Spec.Kind.String(), f.address()
		}
		for _, r := range m.relays {
			if r.forward == f {
				i.Read, i.Written = i.Read+r.received, i.Written+r.wrote
			}
		}
		list = append(list, i)
	}
	for _, r := range m.relays {
		if !r.over {
			list = append(list, Info{"connection", r.name, r.state(), r.received, r.wrote})
		}
	}
	return list
}

// address returns the listener and the target of a forward, with the port that is listened on.
func (f *Forward) address() string {
	spec := f.Spec
	if spec.Kind == Remote && spec.Listen.Port == 0 && f.Port != 0 {
		spec.Listen.Port = f.Port
	}
	return spec.String()
}

func (r *Relay) state() string {
	switch {
	case r.client != nil && !r.client.waiting:
		return "request"
	case r.conn == nil, r.confirm != nil:
		return "connecting"
	case r.sent || r.last:
		return "closing"
	}
	return "open"
}

// String returns the line of a list.
func (i Info) String() string {
	line := i.Kind + " " + i.Address + " " + i.State
	if i.Read+i.Written > 0 {
		line += " read " + strconv.FormatUint(i.Read, 10) + ", written " + strconv.FormatUint(i.Written, 10)
	}
	return line
}

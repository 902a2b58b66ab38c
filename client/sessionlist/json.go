package sessionlist

import (
	"strconv"

	"gm/client/known"
	"gm/internal/jsontext"
	"gm/wire/control"
)

// JSON returns an array with an object for each session, each host that was not listed and
// each note. Names of members do not change. "host" is always there, and empty for this
// machine; other members are there if they are known.
func JSON(hosts []Host, notes []*known.Note) []byte {
	var list []jsontext.Object
	for _, h := range hosts {
		if h.Err != nil {
			list = append(list, hostObject(h))
		}
		for _, s := range h.Sessions {
			list = append(list, sessionObject(h.Name, s))
		}
	}
	for _, n := range notes {
		list = append(list, noteObject(n))
	}
	return append(jsontext.AppendArray(nil, list, ""), '\n')
}

func hostObject(h Host) (o jsontext.Object) {
	o.Add("host", jsontext.Quote(h.Name))
	o.AddText("error", h.Err.Error())
	o.AddText("hint", h.Hint)
	return o
}

func sessionObject(host string, s control.Status) (o jsontext.Object) {
	o.Add("host", jsontext.Quote(host))
	o.AddText("name", s.Name)
	o.AddText("state", s.State.String())
	o.AddText("id", s.ID)
	o.AddNumber("pid", s.Pid)
	o.AddText("version", s.Version)
	o.AddText("program", s.Program)
	o.AddText("from", s.From)
	o.AddNumber("cols", s.Cols)
	o.AddNumber("rows", s.Rows)
	o.AddTime("begun", s.Created)
	o.AddTime("since", s.Since)
	o.AddTime("ends", s.EndsAt)
	if s.Exit != nil {
		o.Add("exit", strconv.Itoa(*s.Exit))
	}
	var clients []jsontext.Object
	for _, c := range s.Clients {
		clients = append(clients, clientObject(c))
	}
	o.AddObjects("clients", clients)
	return o
}

func clientObject(c control.Client) (o jsontext.Object) {
	o.AddText("by", c.By)
	o.AddText("from", c.From)
	o.Add("role", jsontext.Quote(c.Role.String()))
	o.Add("cols", strconv.Itoa(c.Cols))
	o.Add("rows", strconv.Itoa(c.Rows))
	o.AddTime("since", c.Since)
	return o
}

// noteObject returns the object of a session that was listed before, in the state "noted".
func noteObject(n *known.Note) (o jsontext.Object) {
	o.Add("host", jsontext.Quote(n.Host))
	o.AddText("name", n.Name)
	o.AddText("state", "noted")
	o.AddTime("begun", n.Begun)
	o.AddTime("seen", n.Seen)
	return o
}

package sessionlist

import (
	"strconv"

	"gm/client/known"
	"gm/wire/control"
)

// JSON returns an array with an object for each session, each host that was not listed and
// each note. Names of members do not change. "host" is always there, and empty for this
// machine; other members are there if they are known.
func JSON(hosts []Host, notes []*known.Note) []byte {
	var list []jsonObject
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
	return append(appendArray(nil, list, ""), '\n')
}

func hostObject(h Host) (o jsonObject) {
	o.add("host", quoteJSON(h.Name))
	o.addText("error", h.Err.Error())
	o.addText("hint", h.Hint)
	return o
}

func sessionObject(host string, s control.Status) (o jsonObject) {
	o.add("host", quoteJSON(host))
	o.addText("name", s.Name)
	o.addText("state", s.State.String())
	o.addText("id", s.ID)
	o.addNumber("pid", s.Pid)
	o.addText("version", s.Version)
	o.addText("program", s.Program)
	o.addText("from", s.From)
	o.addNumber("cols", s.Cols)
	o.addNumber("rows", s.Rows)
	o.addTime("begun", s.Created)
	o.addTime("since", s.Since)
	o.addTime("ends", s.EndsAt)
	if s.Exit != nil {
		o.add("exit", strconv.Itoa(*s.Exit))
	}
	var clients []jsonObject
	for _, c := range s.Clients {
		clients = append(clients, clientObject(c))
	}
	o.addObjects("clients", clients)
	return o
}

func clientObject(c control.Client) (o jsonObject) {
	o.addText("by", c.By)
	o.addText("from", c.From)
	o.add("role", quoteJSON(c.Role.String()))
	o.add("cols", strconv.Itoa(c.Cols))
	o.add("rows", strconv.Itoa(c.Rows))
	o.addTime("since", c.Since)
	return o
}

// noteObject returns the object of a session that was listed before, in the state "noted".
func noteObject(n *known.Note) (o jsonObject) {
	o.add("host", quoteJSON(n.Host))
	o.addText("name", n.Name)
	o.addText("state", "noted")
	o.addTime("begun", n.Begun)
	o.addTime("seen", n.Seen)
	return o
}

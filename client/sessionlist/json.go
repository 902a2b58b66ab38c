package sessionlist

import (
	"encoding/json"
	"time"

	"gm/client/known"
	"gm/wire/control"
)

// object is a session in JSON, or the error of a host. Names of fields do not change.
type object struct {
	Host    string     `json:"host"` // empty for this machine
	Error   string     `json:"error,omitempty"`
	Hint    string     `json:"hint,omitempty"`
	Name    string     `json:"name,omitempty"`
	State   string     `json:"state,omitempty"` // "noted" for a note
	ID      string     `json:"id,omitempty"`
	Pid     int        `json:"pid,omitempty"`
	Version string     `json:"version,omitempty"`
	Program string     `json:"program,omitempty"`
	From    string     `json:"from,omitempty"`
	Cols    int        `json:"cols,omitempty"`
	Rows    int        `json:"rows,omitempty"`
	Begun   *time.Time `json:"begun,omitempty"`
	Since   *time.Time `json:"since,omitempty"`
	Seen    *time.Time `json:"seen,omitempty"`
	Ends    *time.Time `json:"ends,omitempty"`
	Exit    *int       `json:"exit,omitempty"`
	Clients []client   `json:"clients,omitempty"`
}

type client struct {
	By    string     `json:"by,omitempty"`
	From  string     `json:"from,omitempty"`
	Role  string     `json:"role"`
	Cols  int        `json:"cols"`
	Rows  int        `json:"rows"`
	Since *time.Time `json:"since,omitempty"`
}

// JSON returns an array with an object for each session, each host that was not listed and
// each note. Times are in RFC 3339, in UTC.
func JSON(hosts []Host, notes []known.Note) ([]byte, error) {
	list := []object{}
	for _, h := range hosts {
		if h.Err != nil {
			list = append(list, object{Host: h.Name, Error: h.Err.Error(), Hint: h.Hint})
		}
		for _, s := range h.Sessions {
			list = append(list, objectOf(h.Name, s))
		}
	}
	for _, n := range notes {
		list = append(list, object{Host: n.Host, Name: n.Name, State: "noted", Begun: timeOf(n.Begun), Seen: timeOf(n.Seen)})
	}
	text, err := json.MarshalIndent(list, "", "  ")
	return append(text, '\n'), err
}

func objectOf(host string, s control.Status) object {
	o := object{
		Host: host, Name: s.Name, State: s.State.String(), ID: s.ID, Pid: s.Pid, Version: s.Version, Program: s.Program, From: s.From,
		Cols: s.Cols, Rows: s.Rows, Begun: timeOf(s.Created), Since: timeOf(s.Since), Ends: timeOf(s.EndsAt), Exit: s.Exit,
	}
	for _, c := range s.Clients {
		o.Clients = append(o.Clients, client{c.By, c.From, c.Role.String(), c.Cols, c.Rows, timeOf(c.Since)})
	}
	return o
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

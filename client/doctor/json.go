package doctor

import (
	"strconv"
	"time"

	"gm/internal/jsontext"
)

// JSON returns the report as an object. Names of members and words of "cause" do not change.
// Members that are empty are left out, except for those of the report itself.
func (r *Report) JSON() []byte {
	var o jsontext.Object
	o.Add("version", jsontext.Quote(r.Version))
	o.Add("host", jsontext.Quote(r.Host))
	o.Add("ok", strconv.FormatBool(!r.Failed()))
	o.Add("verdict", jsontext.Quote(r.Verdict()))
	if worst := r.Worst(); worst != nil {
		o.AddText("cause", worst.Cause)
		o.AddText("advice", worst.Advice)
		o.AddText("command", worst.Command)
	}
	steps := make([]jsontext.Object, len(r.Steps))
	for i := range r.Steps {
		steps[i] = r.Steps[i].object()
	}
	o.AddObjects("steps", steps)
	return append(o.Append(nil, ""), '\n')
}

func (s *Step) object() (o jsontext.Object) {
	o.AddText("part", string(s.Part))
	o.AddText("name", s.Name)
	o.AddText("state", s.State.String())
	if s.Took > 0 {
		o.Add("ms", strconv.FormatFloat(float64(s.Took)/float64(time.Millisecond), 'f', 1, 64))
	}
	o.AddText("text", s.Text)
	o.AddText("printed", s.Printed)
	o.AddText("cause", s.Cause)
	o.AddText("advice", s.Advice)
	o.AddText("command", s.Command)
	return o
}

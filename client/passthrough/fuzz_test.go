package passthrough

import (
	"strings"
	"testing"

	"gm/vt/passage"
)

// FuzzPassages has a hostile server write to a terminal that does not know the control mode, and
// into transfers: what is not begun and ended here has no control characters.
func FuzzPassages(f *testing.F) {
	f.Add("control\x000", "%output %0 a\x1b[6n\r\n%exit\r\n\x1b[6n", true)
	f.Add("control\x000", "%begin 1 2 0\r\n\xc2\x9b6n\x18\x1b\\\r\n", false)
	f.Add("clipboard\x00c", "YWJj", true)
	f.Add("clipboard\x00c", "YWJj\x1b\\\x1b[6n", true)
	f.Add("file\x00", "MultipartFile=name=YQ==\nFilePart=YWJj\x07\nFileEnd", true)
	f.Fuzz(func(t *testing.T, target, text string, end bool) {
		if _, ok := passage.ParseTarget([]byte(target)); !ok || len(text) > 1000 {
			return
		}
		r := newRig(t)
		r.ITerm2 = strings.HasPrefix(target, "file")
		s := r.beginAs(target, text, end)
		r.Service(r.now)
		var out []byte
		for range 1000 {
			if !(r.Active() && r.Ready() || r.Due(1<<63)) {
				break
			}
			part, _ := r.Append(nil, r.now)
			out = append(out, part...)
		}
		out = r.Stop(out)
		got := string(out)
		for _, ours := range []string{beginControl, exitControl, cancelString, endString, "\x1b]52;", "\x1b]1337;"} {
			got = strings.ReplaceAll(got, ours, "")
		}
		for i, c := range got {
			if c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7f || c >= 0x80 && c < 0xa0 {
				t.Fatalf("%q: %q at %d reaches the terminal", text, c, i)
			}
		}
		s.CloseWrite()
	})
}

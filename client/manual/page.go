package manual

import (
	"cmp"
	"strings"
)

// revised is the date of the last change to the text of the pages.
const revised = "2026-11-30"

func page() string {
	var r roff
	r.line(".TH GM 1 " + revised)
	r.section("name", nil)
	r.line(`gm, gmosh \- a roaming shell`)
	r.section("synopsis", nil)
	for _, form := range []string{
		`.RI [ options ] " " [ user @] host [: port "] [" command ...]`,
		`.RI [ options "] \-\-local [" command ...]`,
		`.RI [ options ] " ls [" host ...]`,
		`.RI [ options "] attach " host " [" name ]`,
		`.RI [ options "] detach [" host " [" name ]]`,
		`.RI [ options "] kill " host " " name ...`,
		`.RI help " " [ topic ]`,
	} {
		r.line(".SY gm")
		r.line(form)
		r.line(".YS")
	}
	r.section("description", blocks("description"))
	r.section("options", optionBlocks())
	for _, name := range pageTopics {
		r.section(title(name), blocks(name))
	}
	r.seeAlso("gm_config(5)", "ssh(1)", "ssh_config(5)", "mosh(1)")
	return r.String()
}

// pageTopics holds the topics of gm(1), in its order.
var pageTopics = []string{"configuration", "config", "ssh_config", "sessions", "keys", "prediction", "terminal", "scrollback", "accessibility", "forwarding", "environment", "deploy", "doctor", "udp", "link", "status"}

func title(topic string) string {
	titles := map[string]string{
		"config":     "configuration of gm",
		"keys":       "escape key",
		"prediction": "local echo",
		"terminal":   "changes to the terminal by a host",
		"deploy":     "the server on the host",
		"udp":        "if no packet arrives",
		"link":       "simulation of a bad network",
		"status":     "exit status and files",
	}
	return cmp.Or(titles[topic], topic)
}

// roff builds a page.
type roff struct{ strings.Builder }

//go:noinline
func (r *roff) line(s string) { r.WriteString(s + "\n") }

func (r *roff) section(title string, bs []block) {
	r.line(`.SH "` + strings.ToUpper(title) + `"`)
	for i, b := range bs {
		switch {
		case b.kind == item:
			r.line(".TP")
			r.line(`.B ` + escaped(b.tag))
		case i > 0:
			r.line(".PP")
		}
		switch b.kind {
		case verbatim:
			r.line(".nf")
			r.line(`.in +4n`)
			for line := range strings.SplitSeq(b.text, "\n") {
				r.line(`\&` + escaped(line))
			}
			r.line(".in")
			r.line(".fi")
		default:
			r.line(`\&` + bold(b.text))
		}
	}
}

func (r *roff) seeAlso(pages ...string) {
	r.section("see also", nil)
	for i, page := range pages {
		name, section, _ := strings.Cut(page, "(")
		if i < len(pages)-1 {
			section += ","
		}
		r.line(".BR " + escaped(name) + " (" + section)
	}
}

func bold(text string) string {
	parts := strings.Split(text, "`")
	for i, p := range parts {
		parts[i] = escaped(p)
		if i%2 == 1 {
			parts[i] = `\fB` + parts[i] + `\fP`
		}
	}
	return strings.Join(parts, "")
}

// escaped escapes text for use within a line of roff.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "^", `\(ha`, "~", `\(ti`, "`", `\(ga`).Replace(text)
}

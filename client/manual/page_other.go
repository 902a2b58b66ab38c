package manual

import (
	"cmp"
	"strings"
)

// otherPage returns another page than gm(1): that of a program of mosh, or of the
// configuration. ok is false for any other name.
func otherPage(program string) (text string, ok bool) {
	p, ok := otherPages[program]
	if !ok {
		return "", false
	}
	var r roff
	r.line(".TH " + strings.ToUpper(program) + " " + cmp.Or(p.section, "1") + " " + revised)
	r.section("name", nil)
	r.line(escaped(program) + ` \- ` + p.brief)
	if p.synopsis != "" {
		r.section("synopsis", nil)
		r.line(".SY " + escaped(program))
		r.line(p.synopsis)
		r.line(".YS")
	}
	r.section("description", parse(p.description))
	if p.options != nil {
		r.section("options", p.options())
	}
	r.seeAlso(p.seeAlso...)
	return r.String(), true
}

// otherPages holds the pages by their names.
var otherPages = map[string]struct {
	section                      string // of the manual; 1 if it is empty
	brief, synopsis, description string
	options                      func() []block
	seeAlso                      []string
}{
	"gm_config": {
		section:     "5",
		brief:       "configuration of gm",
		description: source("text/config.txt"),
		seeAlso:     []string{"gm(1)", "ssh_config(5)"},
	},
	"mosh": {
		brief:    "mobile shell with roaming and local echo, by gm",
		synopsis: `.RI [ options "] [\-\-] [" user @] host " [" command ...]`,
		description: `
This is gm under the name mosh, with mosh's command line and exit statuses. It logs in to a host over SSH, starts a
server there and continues over UDP: the session survives sleep, outages and changes of network, and typed keys are
shown at once by prediction. It works with the mosh-server of other machines, and uploads gm's own server to a host
without one.

Unlike gm, mosh accepts options after the host too, up to --; with --local, an address of this machine precedes the
command.
`,
		options: moshOptionBlocks,
		seeAlso: []string{"gm(1)", "mosh-client(1)", "mosh-server(1)", "ssh(1)"},
	},
	"mosh-client": {
		brief:    "the user's side of a mosh session, by gm",
		synopsis: `.RB [ \-# " '\fIargs\fP'] " "\fIip\fP \fIport\fP"`,
		description: `
This is gm under the name mosh-client. It joins the session of a server that listens on ` + "`ip`" + ` and UDP
` + "`port`" + `, with the key in the variable MOSH_KEY, which it removes from its environment. The program mosh starts it
automatically.

With -c it prints the number of colours of the terminal and exits. The other variables are described in gm(1).
`,
		seeAlso: []string{"gm(1)", "mosh(1)", "mosh-server(1)"},
	},
	"mosh-server": {
		brief:    "the host's side of a mosh session, by gm",
		synopsis: `.RI new " " [ options "] [\-\-" " " command ...]`,
		description: `
This is gm under the name mosh-server. It chooses a UDP port and a key, prints them in the line
MOSH CONNECT port key, detaches, and serves one session there. It ends with the session's program, or after a minute
without a client. The program mosh starts it automatically, through SSH.
`,
		options: func() []block {
			return parse(`
* -s
  Listen on the address that the SSH connection reached.

* -i IP
  Listen on this address.

* -p PORT[:PORT2]
  UDP port, or a range from which to take the first free one; 0 lets the system choose. The default is 60001:60999.

* -c COLORS
  Number of colours of the user's terminal.

* -l NAME=VALUE
  Set a locale variable if the host's locale is not UTF-8.

* -v
  Report events on standard error.
`)
		},
		seeAlso: []string{"gm(1)", "mosh(1)", "mosh-client(1)"},
	},
}

package manual

import "strings"

// moshPage returns the page of one of the programs that gm is when it is called by
// mosh's names; ok is false for any other name.
func moshPage(program string) (text string, ok bool) {
	p, ok := moshPages[program]
	if !ok {
		return "", false
	}
	var r roff
	r.line(".TH " + strings.ToUpper(program) + " 1 " + revised)
	r.section("name", nil)
	r.line(escaped(program) + ` \- ` + p.brief)
	r.section("synopsis", nil)
	r.line(".SY " + escaped(program))
	r.line(p.synopsis)
	r.line(".YS")
	r.section("description", parse(p.description))
	if p.options != nil {
		r.section("options", p.options())
	}
	r.seeAlso(p.seeAlso...)
	return r.String(), true
}

// moshPages are the pages by the name of the program. The options of mosh are
// gm's; those of the other two are few.
var moshPages = map[string]struct {
	brief, synopsis, description string
	options                      func() []block
	seeAlso                      []string
}{
	"mosh": {
		brief:    "mobile shell with roaming and local echo, by gm",
		synopsis: `.RI [ options "] [\-\-] [" user @] host " [" command ...]`,
		description: `
This is gm under the name of mosh, with mosh's command line and exit codes. It logs in to a host over SSH by
itself, starts a server there and goes on over UDP: the session survives sleep, outages and changes of network, and
keys show at once by prediction. It works with the mosh-server of other machines, and puts gm's own server on a host
that has none.

Unlike gm, mosh reads options behind the host too, up to --; with --local the address of this machine comes before
the command.
`,
		options: optionBlocks,
		seeAlso: []string{"gm(1)", "mosh-client(1)", "mosh-server(1)", "ssh(1)"},
	},
	"mosh-client": {
		brief:    "the user's side of a mosh session, by gm",
		synopsis: `.RB [ \-# " '\fIargs\fP'] " "\fIip\fP \fIport\fP"`,
		description: `
This is gm under the name of mosh-client. It joins the session of a server that listens at ` + "`ip`" + ` and UDP
` + "`port`" + `, with the key in the variable MOSH_KEY, which it removes from its environment. The program mosh starts it by
itself.

With -c it prints the number of colours of the terminal, and ends. What it reads of the environment is in gm(1).
`,
		seeAlso: []string{"gm(1)", "mosh(1)", "mosh-server(1)"},
	},
	"mosh-server": {
		brief:    "the host's side of a mosh session, by gm",
		synopsis: `.RI new " " [ options "] [\-\-" " " command ...]`,
		description: `
This is gm under the name of mosh-server. It chooses a UDP port and a key, prints them in the line
MOSH CONNECT port key, detaches, and serves one session there. It ends with the program of the session, or after
a minute if no client comes. The program mosh starts it by itself, through SSH.
`,
		options: func() []block {
			return parse(`
* -s
  Listen on the address that the SSH connection came to.

* -i IP
  Listen on this address.

* -p PORT[:PORT2]
  UDP port, or a range to take the first free one of; 0 lets the system choose. The default is 60001:60999.

* -c COLORS
  How many colours the user's terminal has.

* -l NAME=VALUE
  A locale variable, for a host whose locale is not UTF-8.

* -v
  Print what happens on standard error.
`)
		},
		seeAlso: []string{"gm(1)", "mosh(1)", "mosh-client(1)"},
	},
}

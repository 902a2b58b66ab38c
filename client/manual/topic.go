package manual

import (
	"embed"
	"fmt"
	"strings"

	"gm/internal/licenses"
)

//go:embed text complete
var files embed.FS

// topic is a topic of "gm help".
type topic struct {
	name, brief string
	render      func() string
}

// topics returns all topics in the order of List. For a completion or the page, brief
// has the command that installs it.
func topics() []topic {
	return []topic{
		{"options", "every option", func() string { return plain(optionBlocks()) }},
		{"configuration", "sources of settings, and their order", text("configuration")},
		{"config", "gm's own configuration, ~/.config/gm/config", text("config")},
		{"ssh_config", "supported keywords of ssh_config", text("ssh_config")},
		{"sessions", "sessions that outlive their client: name, list, enter, share, end", text("sessions")},
		{"keys", "the escape key and its commands", text("keys")},
		{"prediction", "keys shown before the host has answered", text("prediction")},
		{"terminal", "changes that a host can make to your terminal", text("terminal")},
		{"environment", "variables", text("environment")},
		{"deploy", "the server on the host: upload and location", text("deploy")},
		{"scrollback", "lines that scroll off, in your terminal", text("scrollback")},
		{"accessibility", "screen readers, colours, right-to-left text", text("accessibility")},
		{"forwarding", "ports, sockets and the agent; commands without a terminal", text("forwarding")},
		{"doctor", "if something does not work: gm doctor [host] finds out why", text("doctor")},
		{"udp", "if no packet arrives: firewalls, ports, addresses", text("udp")},
		{"link", "simulation of a bad network, with --local --link", text("link")},
		{"status", "exit statuses and files", text("status")},
		{"licenses", "licences of the software in gm", func() string { return licenses.ThirdParty }},
		{"man", "the page gm(1): gm help man >gm.1; gm help man gm_config >gm_config.5", page},
		{"bash", "completion: gm help bash >~/.local/share/bash-completion/completions/gm", completeBash},
		{"zsh", "completion: gm help zsh >_gm, in a directory of $fpath", completeZsh},
		{"fish", "completion: gm help fish >~/.config/fish/completions/gm.fish", completeFish},
	}
}

// Topic returns the text of a topic; ok is false if there is none of that name. "man
// NAME" is another page than gm(1).
func Topic(name string) (s string, ok bool) {
	if program, is := strings.CutPrefix(name, "man "); is {
		return otherPage(program)
	}
	for _, t := range topics() {
		if t.name == name {
			return t.render(), true
		}
	}
	return "", false
}

// List returns the list of topics that "gm help" prints.
func List() string {
	var b strings.Builder
	b.WriteString("gm --help lists the most common options. gm help TOPIC prints one of these:\n\n")
	for _, t := range topics() {
		fmt.Fprintf(&b, "  %-15s%s\n", t.name, t.brief)
	}
	b.WriteString("\nTo log in to a host called help, ls, attach, detach, kill or doctor: gm -- help\n")
	return b.String()
}

func text(name string) func() string {
	return func() string { return plain(blocks(name)) }
}

func blocks(name string) []block { return parse(source("text/" + name + ".txt")) }

// source returns an embedded file. It panics if there is none.
func source(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func optionBlocks() []block { return blocksOf(Options()) }

func moshOptionBlocks() []block { return blocksOf(moshOptions()) }

func blocksOf(options []Option) (bs []block) {
	for _, o := range options {
		bs = append(bs, block{kind: item, tag: o.names(), text: o.text()})
	}
	return bs
}

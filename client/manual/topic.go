package manual

import (
	"embed"
	"fmt"
	"strings"

	"gm/internal/licenses"
)

//go:embed text complete
var files embed.FS

// topic is one that "gm help" knows.
type topic struct {
	name, brief string
	render      func() string
}

// topics are those that can be read, in the order in which they are listed.
// What a completion or the page is made for is listed with it.
func topics() []topic {
	return []topic{
		{"options", "every option", func() string { return plain(optionBlocks()) }},
		{"configuration", "where settings come from, and which one wins", text("configuration")},
		{"ssh_config", "the keywords of ssh_config that gm obeys", text("ssh_config")},
		{"keys", "the escape key, and what may follow it", text("keys")},
		{"prediction", "why keys show before the host has answered", text("prediction")},
		{"terminal", "what a host can set in your terminal", text("terminal")},
		{"environment", "the variables that gm reads", text("environment")},
		{"deploy", "how the server gets onto the host, and where it is there", text("deploy")},
		{"udp", "when nothing comes through: firewalls, ports, addresses", text("udp")},
		{"link", "a bad network to try, with --local --link", text("link")},
		{"status", "exit statuses and files", text("status")},
		{"licenses", "the licences of what gm is made of", func() string { return licenses.ThirdParty }},
		{"man", "the page gm(1): gm help man >gm.1", page},
		{"bash", "completion: gm help bash >~/.local/share/bash-completion/completions/gm", completeBash},
		{"zsh", "completion: gm help zsh >_gm, in a directory of $fpath", completeZsh},
		{"fish", "completion: gm help fish >~/.config/fish/completions/gm.fish", completeFish},
	}
}

// Topic returns a topic's text; ok is false if there is none of that name.
// "man NAME" is the page of one of mosh's programs.
func Topic(name string) (s string, ok bool) {
	if program, is := strings.CutPrefix(name, "man "); is {
		return moshPage(program)
	}
	for _, t := range topics() {
		if t.name == name {
			return t.render(), true
		}
	}
	return "", false
}

// List tells which topics there are.
func List() string {
	var b strings.Builder
	b.WriteString("gm --help has the options most used. gm help TOPIC has more:\n\n")
	for _, t := range topics() {
		fmt.Fprintf(&b, "  %-15s%s\n", t.name, t.brief)
	}
	b.WriteString("\nTo log in to a host that is called help: gm -- help\n")
	return b.String()
}

// text renders the topic that is in the file of that name.
func text(name string) func() string {
	return func() string { return plain(blocks(name)) }
}

// blocks reads the topic in the file of that name.
func blocks(name string) []block { return parse(source("text/" + name + ".txt")) }

// source gives an embedded file, which is there or the build is broken.
func source(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// optionBlocks are the options as a topic's items.
func optionBlocks() []block {
	var bs []block
	for _, o := range Options() {
		bs = append(bs, block{kind: item, tag: o.names(), text: o.text()})
	}
	return bs
}

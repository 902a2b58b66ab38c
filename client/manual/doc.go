// Package manual holds the user's manual: the table of options and the topics in
// text/. From these it renders "gm --help" ([Usage]), "gm help TOPIC" ([Topic]), the
// page gm(1) and the completions of bash, zsh and fish. All are part of the program,
// so that they are available wherever its file is copied.
package manual

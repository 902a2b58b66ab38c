// Package manual is the user's manual, in one source: a table of the options
// and the topics in text/. From it come "gm --help" ([Usage]), "gm help TOPIC"
// ([Topic]), the page gm(1) and the completions of bash, zsh and fish, all of
// them from the program itself, so that a single copied file has them too.
package manual

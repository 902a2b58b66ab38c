package client

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gm/client/manual"
	"gm/internal/hint"
)

const clientUsage = `Usage: %[1]s [-# 'ARGS'] IP PORT    with the key in the environment, MOSH_KEY
       %[1]s -c                  print the number of colours of the terminal
`

// Help runs "gm help" with the words after it and returns the exit status.
func Help(words []string) (status int) {
	if err := help(stdout(), words); err != nil {
		report(stderr(), programGM, err)
		return exitUsage
	}
	return exitOK
}

func help(w io.Writer, words []string) error {
	name := strings.Join(words, " ")
	if name == "" || name == "topics" || name == "help" {
		_, err := io.WriteString(w, manual.List())
		return err
	}
	topic := name
	if slices.Contains(verbs, name) {
		topic = "sessions"
	}
	text, ok := manual.Topic(topic)
	if !ok {
		return &hint.Error{
			Err:  fmt.Errorf("no help on %q", name),
			Hint: "gm help lists the topics; to log in to a host called help: gm -- help " + name,
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

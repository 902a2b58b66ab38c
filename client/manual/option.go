package manual

import "strings"

// Option is an option of gm's command line.
type Option struct {
	Short string   // a letter or digit, or empty
	Long  string   // the long name
	Arg   string   // the name of its argument, or empty
	Kind  argument // the completions of the argument
	Brief string   // the line in --help, or empty; also the paragraph if Text is empty
	Text  string   // the paragraph, in the markup of topics
}

// argument describes the completions of an option's argument: a list of words
// separated by blanks, or one of the constants.
type argument string

const (
	anything argument = ""
	aFile    argument = "FILE"
	aHost    argument = "HOST"
	aCommand argument = "COMMAND"
)

// Values returns the words that the argument can have, or nil if it is free.
func (o Option) Values() []string {
	switch o.Kind {
	case aFile, aHost, aCommand:
		return nil
	}
	return strings.Fields(string(o.Kind))
}

// names returns the forms of the option, as in "-p, --port=PORT".
func (o Option) names() string {
	s := "--" + o.Long
	if o.Arg != "" {
		s += "=" + o.Arg
	}
	if o.Short != "" {
		s = "-" + o.Short + ", " + s
	}
	return s
}

func (o Option) text() string {
	if o.Text == "" {
		return strings.ToUpper(o.Brief[:1]) + o.Brief[1:] + "."
	}
	return o.Text
}

// summary returns a short description, for a list of completions.
func (o Option) summary() string {
	if o.Brief != "" {
		return o.Brief
	}
	words, _, _ := strings.Cut(strings.ReplaceAll(o.Text, "`", ""), ". ")
	words, _, _ = strings.Cut(words, ": ")
	return strings.TrimSuffix(strings.ToLower(words[:1])+words[1:], ".")
}

package manual

import "strings"

// Option is an option of gm's command line.
type Option struct {
	Short string   // a letter or digit, empty for none
	Long  string   // the long name
	Arg   string   // what its argument is called, empty for no argument
	Kind  argument // how the argument is completed
	Brief string   // its line in --help, empty for none; also its text if that is empty
	Text  string   // a paragraph, in the markup of topics
}

// argument is what an option's argument can be completed with: words with
// blanks between them, or one of the constants.
type argument string

const (
	anything argument = ""
	aFile    argument = "FILE"
	aHost    argument = "HOST"
	aCommand argument = "COMMAND"
)

// Values are the words that the argument can be completed with.
func (o Option) Values() []string {
	switch o.Kind {
	case aFile, aHost, aCommand:
		return nil
	}
	return strings.Fields(string(o.Kind))
}

// names gives the option as it is written: "-p, --port=PORT".
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

// text is the option's paragraph.
func (o Option) text() string {
	if o.Text == "" {
		return strings.ToUpper(o.Brief[:1]) + o.Brief[1:] + "."
	}
	return o.Text
}

// summary is a few words on the option, for a list of completions.
func (o Option) summary() string {
	if o.Brief != "" {
		return o.Brief
	}
	words, _, _ := strings.Cut(strings.ReplaceAll(o.Text, "`", ""), ". ")
	words, _, _ = strings.Cut(words, ": ")
	return strings.TrimSuffix(strings.ToLower(words[:1])+words[1:], ".")
}

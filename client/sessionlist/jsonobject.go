package sessionlist

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// jsonObject is a JSON object (RFC 8259). Package encoding/json would be 2% of gm.
type jsonObject struct{ members []jsonMember }

type jsonMember struct {
	name    string
	value   string       // encoded
	objects []jsonObject // the value if there are any
}

// add adds a member with an encoded value.
//
//go:noinline
func (o *jsonObject) add(name, value string) {
	o.members = append(o.members, jsonMember{name: name, value: value})
}

// addText adds a member unless the text is empty.
//
//go:noinline
func (o *jsonObject) addText(name, text string) {
	if text != "" {
		o.add(name, quoteJSON(text))
	}
}

// addNumber adds a member unless n is 0.
func (o *jsonObject) addNumber(name string, n int) {
	if n != 0 {
		o.add(name, strconv.Itoa(n))
	}
}

// addTime adds a member in the format of RFC 3339, in UTC, unless t is zero.
func (o *jsonObject) addTime(name string, t time.Time) {
	if !t.IsZero() {
		o.addText(name, t.UTC().Format(time.RFC3339))
	}
}

// addObjects adds a member unless there are no objects.
func (o *jsonObject) addObjects(name string, objects []jsonObject) {
	if len(objects) > 0 {
		o.members = append(o.members, jsonMember{name: name, objects: objects})
	}
}

const jsonIndent = "  "

// appendArray appends an array that begins in a line with the given indentation.
func appendArray(b []byte, objects []jsonObject, indent string) []byte {
	if len(objects) == 0 {
		return append(b, "[]"...)
	}
	separator := "[\n"
	for _, o := range objects {
		b = append(b, separator+indent+jsonIndent...)
		b = o.append(b, indent+jsonIndent)
		separator = ",\n"
	}
	return append(b, "\n"+indent+"]"...)
}

func (o jsonObject) append(b []byte, indent string) []byte {
	separator := "{\n"
	for _, m := range o.members {
		b = append(b, separator+indent+jsonIndent+quoteJSON(m.name)+": "+m.value...)
		if m.objects != nil {
			b = appendArray(b, m.objects, indent+jsonIndent)
		}
		separator = ",\n"
	}
	return append(b, "\n"+indent+"}"...)
}

// quoteJSON returns a string literal. Bytes that are not UTF-8 become U+FFFD.
func quoteJSON(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

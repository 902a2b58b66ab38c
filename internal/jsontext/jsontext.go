// Package jsontext writes JSON (RFC 8259). Package encoding/json would be 2% of gm.
package jsontext

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Object is an object, whose members are in the order of their addition.
type Object struct{ members []member }

type member struct {
	name    string
	value   string   // encoded
	objects []Object // the value if there are any
}

// Add adds a member with an encoded value.
//
//go:noinline
func (o *Object) Add(name, value string) {
	o.members = append(o.members, member{name: name, value: value})
}

// AddText adds a member unless the text is empty.
//
//go:noinline
func (o *Object) AddText(name, text string) {
	if text != "" {
		o.Add(name, Quote(text))
	}
}

// AddNumber adds a member unless n is 0.
func (o *Object) AddNumber(name string, n int) {
	if n != 0 {
		o.Add(name, strconv.Itoa(n))
	}
}

// AddTime adds a member in the format of RFC 3339, in UTC, unless t is zero.
func (o *Object) AddTime(name string, t time.Time) {
	if !t.IsZero() {
		o.AddText(name, t.UTC().Format(time.RFC3339))
	}
}

// AddObjects adds a member unless there are no objects.
func (o *Object) AddObjects(name string, objects []Object) {
	if len(objects) > 0 {
		o.members = append(o.members, member{name: name, objects: objects})
	}
}

const indentation = "  "

// AppendArray appends an array that begins in a line with the given indentation.
func AppendArray(b []byte, objects []Object, indent string) []byte {
	if len(objects) == 0 {
		return append(b, "[]"...)
	}
	separator := "[\n"
	for _, o := range objects {
		b = append(b, separator+indent+indentation...)
		b = o.Append(b, indent+indentation)
		separator = ",\n"
	}
	return append(b, "\n"+indent+"]"...)
}

func (o Object) Append(b []byte, indent string) []byte {
	separator := "{\n"
	for _, m := range o.members {
		b = append(b, separator+indent+indentation+Quote(m.name)+": "+m.value...)
		if m.objects != nil {
			b = AppendArray(b, m.objects, indent+indentation)
		}
		separator = ",\n"
	}
	return append(b, "\n"+indent+"}"...)
}

// Quote returns a string literal. Bytes that are not UTF-8 become U+FFFD.
func Quote(text string) string {
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

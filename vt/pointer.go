package vt

import "strings"

// maxPointers bounds the pointer shapes that a program has put aside, on each screen.
// A push beyond it forgets the oldest.
const maxPointers = 16

// pointerShapes are the shapes of the mouse pointer on the main and on the alternate
// screen, the current ones last. An empty one is the terminal's own.
type pointerShapes [2][]string

// pointer performs OSC 22: a name sets the shape (xterm), or, as in kitty, after a >
// pushes it, after a = sets it, and < takes the last off. Of several names the last
// counts. Queries are not answered.
func (t *Terminal) pointer(text string) {
	if strings.HasPrefix(text, "?") {
		return
	}
	t.last.valid = false
	stack := t.pointers[slot(t.onOther)]
	below := stack[:max(len(stack)-1, 0)]
	switch {
	case strings.HasPrefix(text, "<"):
		stack = below
	case strings.HasPrefix(text, ">"):
		for name := range strings.SplitSeq(text[1:], ",") {
			stack = append(stack, pointerName(name))
		}
	default:
		name := strings.TrimPrefix(text, "=")
		stack = append(below, pointerName(name[strings.LastIndexByte(name, ',')+1:]))
	}
	if n := len(stack); n > maxPointers {
		stack = append(stack[:0], stack[n-maxPointers:]...)
	}
	t.pointers[slot(t.onOther)] = stack
	t.screen.Pointer = t.pointers.current(t.onOther)
}

func (p *pointerShapes) current(other bool) string {
	if stack := p[slot(other)]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return ""
}

// pointerName returns the name of a shape, if it is like one of CSS or of X11; else
// the empty name of the terminal's own.
func pointerName(name string) string {
	const longest = 32
	for i := range len(name) {
		c := name[i] | 0x20
		if !(c >= 'a' && c <= 'z' || name[i] >= '0' && name[i] <= '9' || name[i] == '-' || name[i] == '_') {
			return ""
		}
	}
	if len(name) > longest {
		return ""
	}
	return name
}

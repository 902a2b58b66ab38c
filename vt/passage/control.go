package passage

import "bytes"

// maxHead bounds the part of a line that is looked at, in bytes. A guard, %begin, %end or
// %error with three numbers, is shorter.
const maxHead = 128

// Control follows the output of tmux in control mode, from after DCS 1000 p to its end. The
// zero Control is at the start.
type Control struct {
	head   []byte // of the line under way, without CR
	inLine bool   // the line under way has bytes
	block  []byte // the numbers of the answer under way; nil outside of one
	inside bool   // an answer is under way
	exited bool   // the line %exit has come
}

// Next returns how many bytes of b belong to the control mode, and whether it ends after
// them: with the line %exit, or before a line that is none of tmux's. Such a line comes
// from another program, as tmux was killed, or begins with the ST of its end.
func (c *Control) Next(b []byte) (n int, over bool) {
	for n < len(b) {
		if !c.inLine && b[n] == '\r' {
			n++
			continue
		}
		if !c.inLine && !c.inside && b[n] != '%' && b[n] != '\n' {
			return n, true
		}
		end := bytes.IndexByte(b[n:], '\n')
		if end < 0 {
			c.extend(b[n:])
			return len(b), false
		}
		c.extend(b[n : n+end])
		n += end + 1
		if c.endLine(); c.exited {
			return n, true
		}
	}
	return n, false
}

// Exited reports whether tmux has written %exit.
func (c *Control) Exited() bool { return c.exited }

func (c *Control) extend(b []byte) {
	for _, char := range b[:min(len(b), maxHead)] {
		if char != '\r' && len(c.head) < maxHead {
			c.head = append(c.head, char)
		}
	}
	c.inLine = c.inLine || len(c.head) > 0
}

func (c *Control) endLine() {
	word, numbers, _ := bytes.Cut(c.head, []byte(" "))
	switch string(word) {
	case "%begin":
		if !c.inside {
			c.inside, c.block = true, append(c.block[:0], guard(numbers)...)
		}
	case "%end", "%error":
		if c.inside && bytes.Equal(c.block, guard(numbers)) {
			c.inside = false
		}
	case "%exit":
		c.exited = true
	}
	c.head, c.inLine = c.head[:0], false
}

// guard returns the time and the number of a command, without the flags after them.
func guard(numbers []byte) []byte {
	if i := bytes.IndexByte(numbers, ' '); i >= 0 {
		if j := bytes.IndexByte(numbers[i+1:], ' '); j >= 0 {
			return numbers[:i+1+j]
		}
	}
	return numbers
}

package judge

// Ask writes output, and returns what xterm answers to it.
func (x *XTerm) Ask(output string) string {
	x.t.Helper()
	x.Look() // all answers to earlier questions have come
	x.send(output + "\x1b[5n")
	return string(x.answer("\x1b[0n"))
}

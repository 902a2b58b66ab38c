package parser

// SkipPrinterData skips all until the end of the printer controller mode (MC), in
// which a program writes to a printer.
func (p *Parser) SkipPrinterData() { p.state, p.endPrint = printerData, 0 }

// endOfPrint ends the printer controller mode, in exactly these bytes (xterm).
const endOfPrint = "\x1b[4i"

// printer skips what b has for the printer, and returns how many bytes that is. A
// reset (RIS) ends it too, unlike in xterm: that is what a person types who sees
// nothing any more.
func (p *Parser) printer(b []byte) int {
	for i, c := range b {
		switch {
		case c == endOfPrint[p.endPrint]:
			p.endPrint++
		case c == 'c' && p.endPrint == 1:
			p.state = ground
			p.Performer.EscDispatch(0, 'c')
			return i + 1
		case c == esc:
			p.endPrint = 1
		default:
			p.endPrint = 0
		}
		if p.endPrint == len(endOfPrint) {
			p.state = ground
			return i + 1
		}
	}
	return len(b)
}

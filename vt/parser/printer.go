package parser

// SkipPrinterData discards the input until the end of printer controller mode (MC),
// in which a program writes to a printer.
func (p *Parser) SkipPrinterData() { p.state, p.endPrint = printerData, 0 }

// endOfPrint ends printer controller mode, in exactly these bytes (xterm).
const endOfPrint = "\x1b[4i"

// skipPrinter discards the data for a printer that b begins with and returns its
// length. A reset (RIS) ends it too, unlike in xterm: a user types one when the
// terminal shows nothing.
func (p *Parser) skipPrinter(b []byte) int {
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

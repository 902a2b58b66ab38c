package session

// A stock client keeps its terminal's cursor keys in application mode, so that
// they come as ESC O A to ESC O F, and ESC O H (SS3). A program that has not asked
// for that mode (DECCKM) expects ESC [ in the place of ESC O. arrows translates,
// over any split. (With the extension "keys" the terminal is in the program's
// mode, and nothing is translated.)
type arrows struct {
	state arrowState
}

type arrowState uint8

const (
	arrowsGround arrowState = iota
	arrowsEscape            // ESC was passed on
	arrowsSS3               // ESC was passed on, O is held back
)

// translate appends keys, translated unless asTyped, to dst.
func (a *arrows) translate(dst, keys []byte, asTyped bool) []byte {
	for _, b := range keys {
		switch {
		case a.state == arrowsSS3:
			a.state = arrowsGround
			if isCursorKey(b) && !asTyped {
				dst = append(dst, '[', b)
				continue
			}
			dst = append(dst, 'O')
		case a.state == arrowsEscape && b == 'O' && !asTyped:
			a.state = arrowsSS3
			continue
		}
		a.state = arrowsGround
		if b == 0x1b {
			a.state = arrowsEscape
		}
		dst = append(dst, b)
	}
	return dst
}

// isCursorKey reports whether b ends the sequence of a key that DECCKM changes in
// xterm: an arrow, Begin (the keypad's 5), End or Home.
func isCursorKey(b byte) bool { return b >= 'A' && b <= 'F' || b == 'H' }

// holding reports whether an O is held back: the user may have typed Alt-O, so it
// should be flushed if nothing follows soon.
func (a *arrows) holding() bool { return a.state == arrowsSS3 }

// flush appends what is held back.
func (a *arrows) flush(dst []byte) []byte {
	if a.state == arrowsSS3 {
		dst = append(dst, 'O')
	}
	a.state = arrowsGround
	return dst
}

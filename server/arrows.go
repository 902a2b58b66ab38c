package server

// Clients keep their terminal's cursor keys in application mode, so arrows
// come as ESC O A to ESC O D (SS3). A program that has not asked for that mode
// (DECCKM) expects ESC [ A to ESC [ D. arrows translates, over any split.
type arrows struct {
	state arrowState
}

type arrowState uint8

const (
	arrowsGround arrowState = iota
	arrowsEscape            // ESC was passed on
	arrowsSS3               // ESC was passed on, O is held back
)

// translate appends keys, translated, to dst. application says that the
// program has asked for application cursor keys.
func (a *arrows) translate(dst, keys []byte, application bool) []byte {
	for _, b := range keys {
		switch {
		case a.state == arrowsSS3:
			a.state = arrowsGround
			if b >= 'A' && b <= 'D' && !application {
				dst = append(dst, '[', b)
				continue
			}
			dst = append(dst, 'O')
		case a.state == arrowsEscape && b == 'O' && !application:
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

// holding says that an O is held back: the user may have typed Alt-O, so it
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

package keys

// Splitter splits the input from a terminal into tokens. The zero Splitter is at
// the start of the input.
type Splitter struct {
	// Brackets is set while the terminal brackets pastes (mode 2004). Otherwise
	// CSI 200 ~ does not start a paste, because nothing would end it.
	Brackets bool
	// NoAlt makes an ESC before a character the Escape key instead of Alt.
	NoAlt bool
	// UTF8Mouse is set while the coordinates of mouse reports are characters of UTF-8
	// (mode 1005), not bytes.
	UTF8Mouse bool

	partial    []byte // an incomplete token
	earlyBytes int    // of partial, returned by Early
	pasting    bool
	matched    int // bytes of endPaste at the end of the paste so far
}

const endPaste = "\x1b[201~"

// Next returns the first token of the held bytes and in, and the bytes after it. If
// the token is incomplete, ok is false and the Splitter holds all of in. The token
// is valid until the next call.
func (s *Splitter) Next(in []byte) (t Token, rest []byte, ok bool) {
	switch {
	case len(in) == 0:
		return Token{}, nil, false
	case s.pasting:
		return s.nextPaste(in)
	case len(s.partial) > 0:
		return s.nextPartial(in)
	}
	n := s.scan(in)
	if n == 0 {
		s.partial = append(s.partial[:0], in...)
		return Token{}, nil, false
	}
	return s.decode(in[:n]), in[n:], true
}

func (s *Splitter) nextPartial(in []byte) (t Token, rest []byte, ok bool) {
	held := len(s.partial)
	s.partial = append(s.partial, in[:min(len(in), maxSequence+1-held)]...)
	n := s.scan(s.partial)
	if n == 0 {
		return Token{}, nil, false
	}
	t = s.decode(s.partial[:n])
	t.Raw = t.Raw[s.earlyBytes:]
	s.partial, s.earlyBytes = s.partial[:0], 0
	return t, in[n-held:], true
}

func (s *Splitter) decode(raw []byte) Token {
	t := decode(raw)
	t.utf8Mouse = s.UTF8Mouse
	if t.Kind == Paste {
		s.pasting = s.Brackets
		if !s.Brackets {
			t.Kind = Other
		}
	}
	return t
}

func (s *Splitter) nextPaste(in []byte) (t Token, rest []byte, ok bool) {
	n := 0
	for s.pasting && n < len(in) {
		switch c := in[n]; {
		case c == endPaste[s.matched]:
			s.matched++
		case c == endPaste[0]:
			s.matched = 1
		default:
			s.matched = 0
		}
		n++
		if s.matched == len(endPaste) {
			s.pasting, s.matched = false, 0
		}
	}
	return Token{Raw: in[:n], Kind: Paste}, in[n:], true
}

// Held returns the number of held bytes that Early has not returned.
func (s *Splitter) Held() int { return len(s.partial) - s.earlyBytes }

// MayBeKey reports whether the held bytes may be a complete key: Escape, Alt-[ or
// Alt-O.
func (s *Splitter) MayBeKey() bool {
	switch string(s.partial) {
	case "\x1b", "\x1b[", "\x1bO":
		return true
	}
	return false
}

// Early returns the held bytes that it has not returned before, so that they can be
// passed on before the token is complete. The token's Raw will lack them. They are
// valid until the next call.
func (s *Splitter) Early() []byte {
	b := s.partial[s.earlyBytes:]
	s.earlyBytes = len(s.partial)
	return b
}

// Flush returns the held bytes as a token at the end of the input: a Key if MayBeKey,
// otherwise Other. ok is false if nothing is held.
func (s *Splitter) Flush() (t Token, ok bool) {
	if len(s.partial) == 0 {
		return Token{}, false
	}
	t = Token{Kind: Other, Raw: s.partial}
	if s.MayBeKey() {
		t = escapeKey(s.partial)
	}
	t.Raw = t.Raw[s.earlyBytes:]
	s.partial, s.earlyBytes = s.partial[:0], 0
	return t, true
}

// Reset drops the held bytes and any open paste.
func (s *Splitter) Reset() {
	*s = Splitter{Brackets: s.Brackets, NoAlt: s.NoAlt, UTF8Mouse: s.UTF8Mouse, partial: s.partial[:0]}
}

package keys

// Splitter splits a terminal's input into tokens. The zero Splitter is at the
// beginning of the input.
type Splitter struct {
	// Brackets reports that the terminal puts brackets around pastes (mode
	// 2004). Without it CSI 200 ~ begins none: nothing would end it.
	Brackets bool
	// NoAlt makes ESC before a character a key by itself, and not Alt.
	NoAlt bool

	partial []byte // the beginning of a token
	early   int    // bytes of partial that Early has returned
	pasting bool
	matched int // bytes of endPaste at the end of the paste so far
}

const endPaste = "\x1b[201~"

// Next returns the first token of in, together with the partial token that is
// held, and what comes after it. If there is none, ok is false and rest empty:
// the Splitter holds what came.
func (s *Splitter) Next(in []byte) (t Token, rest []byte, ok bool) {
	switch {
	case len(in) == 0:
		return Token{}, nil, false
	case s.pasting:
		return s.paste(in)
	case len(s.partial) > 0:
		return s.complete(in)
	}
	n := scan(in, s.NoAlt)
	if n == 0 {
		s.partial = append(s.partial[:0], in...)
		return Token{}, nil, false
	}
	return s.token(in[:n]), in[n:], true
}

// complete is Next when there is a partial token. What follows may end it without
// being a part of it.
func (s *Splitter) complete(in []byte) (t Token, rest []byte, ok bool) {
	held := len(s.partial)
	s.partial = append(s.partial, in[:min(len(in), maxSequence+1-held)]...)
	n := scan(s.partial, s.NoAlt)
	if n == 0 {
		return Token{}, nil, false
	}
	t = s.token(s.partial[:n])
	t.Raw = t.Raw[s.early:]
	s.partial, s.early = s.partial[:0], 0
	return t, in[n-held:], true
}

func (s *Splitter) token(raw []byte) Token {
	t := decode(raw)
	if t.Kind == Paste {
		s.pasting = s.Brackets
		if !s.Brackets {
			t.Kind = Other
		}
	}
	return t
}

// paste returns what in has of a paste, up to its closing bracket.
func (s *Splitter) paste(in []byte) (t Token, rest []byte, ok bool) {
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

// Held reports the length of the partial token, in bytes.
func (s *Splitter) Held() int { return len(s.partial) - s.early }

// MayBeKey reports whether the partial token may be all of a key, which has been
// typed: Escape, Alt-[ or Alt-O. A token in the middle of a character is none.
func (s *Splitter) MayBeKey() bool {
	switch string(s.partial) {
	case "\x1b", "\x1b[", "\x1bO":
		return true
	}
	return false
}

// Early returns the bytes of the partial token, for passing them on before it is
// known what it is. They are left out of its Raw. They are valid until the next
// call.
func (s *Splitter) Early() []byte {
	b := s.partial[s.early:]
	s.early = len(s.partial)
	return b
}

// Flush returns the partial token as it is, for when nothing follows: a key if it
// may be one.
func (s *Splitter) Flush() (t Token, ok bool) {
	if len(s.partial) == 0 {
		return Token{}, false
	}
	t = Token{Kind: Other, Raw: s.partial}
	if s.MayBeKey() {
		t = alone(s.partial)
	}
	t.Raw = t.Raw[s.early:]
	s.partial, s.early = s.partial[:0], 0
	return t, true
}

// Reset returns to the beginning of the input: what came before was for somebody
// else.
func (s *Splitter) Reset() {
	*s = Splitter{Brackets: s.Brackets, NoAlt: s.NoAlt, partial: s.partial[:0]}
}

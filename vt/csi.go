package vt

import "gm/vt/parser"

// handler does one control function.
type handler func(*Terminal, *parser.Sequence)

// CSIDispatch does a control sequence.
func (p *performer) CSIDispatch(s *parser.Sequence) {
	t := (*Terminal)(p)
	if s.Final != 'b' {
		t.last.valid = false
	}
	switch {
	case s.Intermediates != 0 && (t.beyond(s) || t.reading && rectangle(s) != nil):
		return
	case s.Sub != 0 && (s.Final != 'm' || s.Marker != 0 || s.Intermediates != 0):
		return // xterm knows parts of parameters in SGR alone
	}
	if h := handlerOf(s); h != nil {
		h(t, s)
	}
}

// handlerOf returns the function that performs s, or nil if s is unknown.
func handlerOf(s *parser.Sequence) handler {
	switch {
	case s.Intermediates != 0:
		return withIntermediate(s)
	case s.Marker == 0:
		return plain[s.Final]
	case s.Marker == '?':
		return private[s.Final]
	case s.Marker == parser.VT52:
		return vt52[s.Final]
	}
	return marked(s)
}

// plain are the functions without marker and intermediates (ECMA-48, xterm
// ctlseqs).
var plain = [128]handler{
	'@': (*Terminal).ich, 'A': (*Terminal).cuu, 'B': (*Terminal).cud,
	'C': (*Terminal).cuf, 'D': (*Terminal).cub, 'E': (*Terminal).cnl,
	'F': (*Terminal).cpl, 'G': (*Terminal).cha, 'H': (*Terminal).cup,
	'I': (*Terminal).cht, 'J': (*Terminal).eraseDisplay,
	'K': (*Terminal).eraseLine, 'L': (*Terminal).il, 'M': (*Terminal).dl,
	'P': (*Terminal).dch, 'S': (*Terminal).su, 'T': (*Terminal).sd,
	'X': (*Terminal).ech, 'Z': (*Terminal).cbt, '^': (*Terminal).sd,
	'`': (*Terminal).cha, 'a': (*Terminal).hpr, 'b': (*Terminal).rep,
	'c': (*Terminal).da1, 'd': (*Terminal).vpa, 'e': (*Terminal).vpr,
	'f': (*Terminal).cup, 'g': (*Terminal).tbc, 'h': (*Terminal).sm,
	'i': (*Terminal).mediaCopy,
	'l': (*Terminal).rm, 'm': (*Terminal).sgr, 'n': (*Terminal).dsr,
	'r': (*Terminal).decstbm, 's': (*Terminal).decslrm,
	't': (*Terminal).windowOperation, 'u': (*Terminal).scorc,
	'x': (*Terminal).decreqtparm,
}

// private are those with the marker ?.
var private = [128]handler{
	'J': (*Terminal).eraseDisplay, 'K': (*Terminal).eraseLine,
	'W': (*Terminal).decst8c, 'h': (*Terminal).decset,
	'l': (*Terminal).decrst, 'm': (*Terminal).queryModifiers,
	'n': (*Terminal).decdsr, 'r': (*Terminal).restoreModes,
	's': (*Terminal).saveModes, 'u': (*Terminal).kittyQuery,
}

// marked are those with one of the other markers.
func marked(s *parser.Sequence) handler {
	switch [2]byte{s.Marker, s.Final} {
	case [2]byte{'>', 'c'}:
		return (*Terminal).da2
	case [2]byte{'>', 'm'}:
		return (*Terminal).setModifiers
	case [2]byte{'>', 'n'}:
		return (*Terminal).disableModifiers
	case [2]byte{'>', 'q'}:
		return (*Terminal).xtversion
	case [2]byte{'>', 'u'}:
		return (*Terminal).kittyPush
	case [2]byte{'<', 'u'}:
		return (*Terminal).kittyPop
	case [2]byte{'=', 'u'}:
		return (*Terminal).kittySet
	case [2]byte{'=', 'c'}:
		return (*Terminal).da3
	}
	return nil
}

// withIntermediate are those with an intermediate.
func withIntermediate(s *parser.Sequence) handler {
	if s.Marker != 0 {
		if s.Marker == '?' && s.Intermediates == '$' && s.Final == 'p' {
			return (*Terminal).decrqm
		}
		return nil
	}
	switch [2]byte{byte(s.Intermediates), s.Final} {
	case [2]byte{' ', '@'}:
		return (*Terminal).sl
	case [2]byte{' ', 'A'}:
		return (*Terminal).sr
	case [2]byte{' ', 'q'}:
		return (*Terminal).decscusr
	case [2]byte{'!', 'p'}:
		return (*Terminal).decstr
	case [2]byte{'"', 'p'}:
		return (*Terminal).decscl
	case [2]byte{'"', 'q'}:
		return (*Terminal).decsca
	case [2]byte{'\'', '}'}:
		return (*Terminal).decic
	case [2]byte{'\'', '~'}:
		return (*Terminal).decdc
	case [2]byte{'$', 'p'}:
		return (*Terminal).decrqm
	case [2]byte{'$', 'w'}:
		return (*Terminal).decrqpsr
	}
	return rectangle(s)
}

// rectangle are the rectangle operations.
func rectangle(s *parser.Sequence) handler {
	switch [2]byte{byte(s.Intermediates), s.Final} {
	case [2]byte{'$', 'r'}:
		return (*Terminal).deccara
	case [2]byte{'$', 't'}:
		return (*Terminal).decrara
	case [2]byte{'$', 'v'}:
		return (*Terminal).deccra
	case [2]byte{'$', 'x'}:
		return (*Terminal).decfra
	case [2]byte{'$', 'z'}:
		return (*Terminal).decera
	case [2]byte{'$', '{'}:
		return (*Terminal).decsera
	case [2]byte{'*', 'x'}:
		return (*Terminal).decsace
	case [2]byte{'*', 'y'}:
		return (*Terminal).decrqcra
	}
	return nil
}

func (t *Terminal) scorc(*parser.Sequence) { t.restoreCursor() }

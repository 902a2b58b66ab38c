package vt

// Toggle is a mode that is left as the user's terminal has it until a program sets
// or resets it.
type Toggle uint8

const (
	Untouched Toggle = iota
	ToggledOn
	ToggledOff
)

func toggle(on bool) Toggle {
	if on {
		return ToggledOn
	}
	return ToggledOff
}

// toggleModes are the modes that are toggles (xterm ctlseqs, DECSET).
var toggleModes = [...]mode{alternateScroll, metaEighth, numLockModifier, metaSendsEscape, deleteSendsDEL, altSendsEscape}

const toggleCount = len(toggleModes)

// toggles returns the toggles of m in the order of toggleModes.
func (m *Modes) toggles() [toggleCount]*Toggle {
	return [...]*Toggle{&m.AlternateScroll, &m.MetaEighth, &m.NumLock, &m.MetaEscape, &m.DeleteDEL, &m.AltEscape}
}

// toggle returns the toggle of a mode, nil if the mode is none.
func (m *Modes) toggle(which mode) *Toggle {
	for i, t := range m.toggles() {
		if toggleModes[i] == which {
			return t
		}
	}
	return nil
}

// toggleOrigin is how a toggle of a reader is before any program.
type toggleOrigin uint8

const (
	notCarried toggleOrigin = iota // the reader may lack the mode: it is left alone
	originSet
	originReset
	originSaved // unknown; XTRESTORE brings it back
)

// scrollIs returns origins of which only that of mode 1007 is known.
func scrollIs(o toggleOrigin) [toggleCount]toggleOrigin { return [toggleCount]toggleOrigin{o} }

// originOf returns the origin of a toggle with a DECRPM value, and unknown if that
// does not name one.
func originOf(value int, unknown toggleOrigin) toggleOrigin {
	switch value {
	case modeIsSet:
		return originSet
	case modeIsReset:
		return originReset
	}
	return unknown
}

// origin returns the origin of a toggle of the reader.
func (d *Dialect) origin(i int) toggleOrigin {
	if !d.KeyModes && toggleModes[i] != alternateScroll {
		return notCarried
	}
	return d.origins[i]
}

// carried returns what a reader has for the toggle t.
func (o toggleOrigin) carried(t Toggle) Toggle {
	switch {
	case o == notCarried:
		return Untouched
	case t == Untouched && o != originSaved:
		return toggle(o == originSet)
	}
	return t
}

// appendToggle appends what sets a mode to t, or brings back how it was before any
// program.
func (d *differ) appendToggle(m mode, t Toggle) {
	if t == Untouched {
		d.out = append(appendInt(append(d.out, "\x1b[?"...), int(privateModes[m])), 'r')
		return
	}
	d.mode(int(privateModes[m]), t == ToggledOn)
}

// resetToggles appends what brings all toggles back.
func (d *differ) resetToggles() {
	for i, m := range toggleModes {
		if o := d.dialect.origin(i); o != notCarried {
			d.appendToggle(m, o.carried(Untouched))
		}
	}
}

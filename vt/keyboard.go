package vt

import "gm/vt/parser"

// maxKittyStack bounds the stack of keyboard flags (kitty keyboard protocol). A
// further push drops the oldest.
const maxKittyStack = 16

const kittyAll = 0x1f // all flags of the protocol

// keyboards are the kitty flags of the main and of the alternate screen, the
// current ones last.
type keyboards struct{ flags [2][]uint8 }

func screenIndex(other bool) int {
	if other {
		return 1
	}
	return 0
}

func (k *keyboards) current(other bool) uint8 {
	if f := k.flags[screenIndex(other)]; len(f) > 0 {
		return f[len(f)-1]
	}
	return 0
}

func (t *Terminal) setKittyFlags(flags []uint8) {
	if n := len(flags); n > maxKittyStack {
		flags = append(flags[:0], flags[n-maxKittyStack:]...)
	}
	t.keys.flags[screenIndex(t.altActive)] = flags
	t.screen.Modes.KittyKeys = t.keys.current(t.altActive)
}

func (t *Terminal) kittyPush(s *parser.Sequence) {
	flags := t.keys.flags[screenIndex(t.altActive)]
	if len(flags) == 0 {
		flags = append(flags, 0)
	}
	t.setKittyFlags(append(flags, uint8(s.At(0, 0)&kittyAll)))
}

// kittyPop performs CSI < number u.
func (t *Terminal) kittyPop(s *parser.Sequence) {
	flags := t.keys.flags[screenIndex(t.altActive)]
	t.setKittyFlags(flags[:max(len(flags)-s.Count(0), 0)])
}

// kittySet performs CSI = flags ; how u: 1 sets all flags, 2 sets these, 3 resets
// these.
func (t *Terminal) kittySet(s *parser.Sequence) {
	flags := t.keys.flags[screenIndex(t.altActive)]
	if len(flags) == 0 {
		flags = append(flags, 0)
	}
	f, last := uint8(s.At(0, 0)&kittyAll), &flags[len(flags)-1]
	switch s.At(1, 1) {
	case 1:
		*last = f
	case 2:
		*last |= f
	case 3:
		*last &^= f
	}
	t.setKittyFlags(flags)
}

// kittyQuery replies to CSI ? u if the user's terminal has the protocol. The
// report, CSI ? flags u, differs from the query only by its parameter. A sequence
// with a parameter gets no reply, or a program that echoes its input would make the
// terminal reply to its own reports endlessly.
func (t *Terminal) kittyQuery(s *parser.Sequence) {
	if s.N != 0 {
		return
	}
	flags := int(t.screen.Modes.KittyKeys)
	t.reportWhenKnown(func(t *Terminal) {
		if t.user.Features.Has(FeatureKittyKeys) {
			t.replyCSI("?", "u", flags)
		}
	})
}

// modifyOtherKeys is the resource of XTMODKEYS that programs set.
const modifyOtherKeys = 4

func (t *Terminal) setModifiers(s *parser.Sequence) {
	if s.N > 1 && s.Value[1] == parser.Query {
		t.queryModifiers(s)
		return
	}
	if s.N == 0 || s.At(0, -1) == modifyOtherKeys {
		t.screen.Modes.ModifyOtherKeys = uint8(min(s.At(1, 0), 3))
	}
}

func (t *Terminal) disableModifiers(s *parser.Sequence) {
	if s.At(0, 2) == modifyOtherKeys {
		t.screen.Modes.ModifyOtherKeys = 0
	}
}

// queryModifiers replies to XTQMODKEYS if the user's terminal has modifyOtherKeys.
func (t *Terminal) queryModifiers(s *parser.Sequence) {
	if s.At(0, 0) != modifyOtherKeys {
		return
	}
	value := int(t.screen.Modes.ModifyOtherKeys)
	t.reportWhenKnown(func(t *Terminal) {
		if t.user.Features.Has(FeatureModifyOtherKeys) {
			t.replyCSI(">", "m", modifyOtherKeys, value)
		}
	})
}

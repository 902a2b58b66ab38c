package client

import (
	"slices"

	"gm/client/keys"
)

// maxConsumed bounds the keys that are remembered as being down.
const maxConsumed = 8

// consumedKeys are the keys that went down for the client and have not been seen
// to come up again: their further events (kitty keyboard protocol, event types)
// are not for the server.
type consumedKeys struct {
	down []consumedKey
	// bare reports that the newest of them came as a character, which does not
	// tell the key: it is the next that comes up, if no other goes down before.
	bare bool
}

type consumedKey struct {
	code   rune
	legacy byte
}

// add remembers that the key of t went down.
func (c *consumedKeys) add(t *keys.Token) {
	b, _ := t.Legacy()
	if len(c.down) == maxConsumed {
		c.down = slices.Delete(c.down, 0, 1)
	}
	c.down = append(c.down, consumedKey{t.Code, b})
	c.bare = len(t.Raw) == 1
}

// take reports whether t is a further event of one of the keys, and forgets a key
// that comes up or goes down anew.
func (c *consumedKeys) take(t *keys.Token) bool {
	if len(c.down) == 0 || t.Kind != keys.Key || t.Modifier() {
		return false
	}
	i := slices.IndexFunc(c.down, func(k consumedKey) bool { return k.same(t) })
	if i < 0 && c.bare && t.Event == keys.Release {
		i = len(c.down) - 1
	}
	if t.Event == keys.Press {
		c.bare = false
	}
	if i >= 0 && t.Event != keys.Repeat {
		c.down = slices.Delete(c.down, i, i+1)
		c.bare = false
	}
	return i >= 0 && t.Event != keys.Press
}

// same reports whether t is an event of k, which may have gone down with other
// modifiers.
func (k consumedKey) same(t *keys.Token) bool {
	if t.Code == k.code {
		return true
	}
	for _, held := range []keys.Mods{0, keys.Shift, keys.Ctrl, keys.Shift | keys.Ctrl} {
		with := *t
		with.Mods |= held
		if b, ok := with.Legacy(); ok && b == k.legacy {
			return true
		}
	}
	return false
}

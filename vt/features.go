package vt

import (
	"slices"
	"strings"
)

// Capabilities is what a terminal that a person looks at has answered about
// itself. Whatever it did not answer, programs are told that it lacks, or not told
// at all: see the table of owners. The zero Capabilities is a terminal of which
// nothing is known.
type Capabilities struct {
	Features Feature
	// Text, Screen and Cell are the answers to XTWINOPS 14, 15 and 16.
	Text, Screen, Cell Pixels
	// Scheme is the answer to DSR 996: 1 dark, 2 light, 0 none.
	Scheme uint8
	Widths Widths
	modes  [len(userModes)]uint8 // values of DECRPM
}

// Pixels is a size in pixels; zero if it is not known.
type Pixels struct{ Width, Height int }

// Feature is a set of what a terminal can do.
type Feature uint32

const (
	FeatureColor           Feature = 1 << iota // 22 in DA1
	FeatureClipboard                           // 52 in DA1, or Ms in XTGETTCAP
	FeatureKittyKeys                           // CSI ? u is answered
	FeatureModifyOtherKeys                     // CSI ? 4 m is answered
	FeatureDirectColor                         // direct colours come back by DECRQSS, or RGB by XTGETTCAP
	FeatureUnderlines                          // so do underline styles (4:3), or Smulx
	FeatureUnderlineColor                      // and colours of underlines (58), or Setulc
	FeatureStandardPalette                     // colours 16 to 255 are xterm's
	// FeatureSettings: DECRQSS is answered, so that what did not come back is not there.
	FeatureSettings
)

// Has reports whether f contains all of o.
func (f Feature) Has(o Feature) bool { return f&o == o }

// userModes are the private modes that act in the user's terminal.
var userModes = [...]uint16{
	9, 67, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1034, 1035, 1036, 1037, 1039, 1042, 2004, 2031,
}

// UserModes returns the private modes on which a terminal's word counts.
func UserModes() []uint16 { return userModes[:] }

// Mode returns the terminal's DECRPM value of a private mode: 0 not recognized, or
// no answer, 1 set, 2 reset, 3 and 4 permanently so.
func (c *Capabilities) Mode(number int) int {
	if i := slices.Index(userModes[:], uint16(number)); i >= 0 {
		return int(c.modes[i])
	}
	return 0
}

// SetMode notes a DECRPM value. Numbers and values of no meaning are ignored.
func (c *Capabilities) SetMode(number, value int) {
	if i := slices.Index(userModes[:], uint16(number)); i >= 0 && value >= 0 && value <= 4 {
		c.modes[i] = uint8(value)
	}
}

// FeatureOf returns what a terminal has that knows the name of a capability
// (XTGETTCAP).
func FeatureOf(capability string) Feature { return usersCapabilities[capability] }

// styled is what terminals of today show, whether they report it or not.
const styled = FeatureDirectColor | FeatureUnderlines | FeatureUnderlineColor

// knownTerminals are those that XTVERSION names and that do not report what they
// show by DECRQSS or XTGETTCAP.
var knownTerminals = []struct {
	prefix   string
	features Feature
}{
	{"tmux ", styled}, {"kitty(", styled}, {"foot(", styled}, {"WezTerm ", styled}, {"ghostty ", styled},
	{"iTerm2 ", styled}, {"contour ", styled}, {"Konsole ", styled}, {"VTE(", styled}, {"mintty ", styled},
	{"Windows Terminal ", styled}, {"rio ", styled},
}

// FeaturesOf returns what the terminal has that XTVERSION calls name.
func FeaturesOf(name string) Feature {
	for _, t := range knownTerminals {
		if strings.HasPrefix(name, t.prefix) {
			return t.features
		}
	}
	return 0
}

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
func FeatureOf(capability string) Feature { return userCapabilities[capability] }

// styleFeatures is what terminals of today show, whether they report it or not.
const styleFeatures = FeatureDirectColor | FeatureUnderlines | FeatureUnderlineColor

// knownTerminals are those that XTVERSION names and that do not report what they
// show by DECRQSS or XTGETTCAP.
var knownTerminals = []struct {
	prefix   string
	features Feature
}{
	{"tmux ", styleFeatures}, {"kitty(", styleFeatures}, {"foot(", styleFeatures}, {"WezTerm ", styleFeatures}, {"ghostty ", styleFeatures},
	{"iTerm2 ", styleFeatures}, {"contour ", styleFeatures}, {"Konsole ", styleFeatures}, {"VTE(", styleFeatures}, {"mintty ", styleFeatures},
	{"Windows Terminal ", styleFeatures}, {"rio ", styleFeatures},
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

// modeOwner is whose word a report is.
type modeOwner uint8

const (
	_             modeOwner = iota
	emulatorOwned           // this emulator's: it does so in front of every terminal
	userOwned               // the user's terminal's: not recognized without its answer
)

// modeOwners has a row for every mode.
var modeOwners = [modeCount]modeOwner{
	dectcem: emulatorOwned, decckm: emulatorOwned, decanm: emulatorOwned, deccolm: emulatorOwned, decsclm: emulatorOwned, decscnm: emulatorOwned,
	decom: emulatorOwned, decawm: emulatorOwned, decarm: emulatorOwned, cursorBlink: emulatorOwned, decpff: emulatorOwned, decpex: emulatorOwned,
	allowColumns: emulatorOwned, moreFix: emulatorOwned, decnrcm: emulatorOwned, reverseWrap: emulatorOwned, reverseWrap2: emulatorOwned, decnkm: emulatorOwned,
	declrmm: emulatorOwned, alternate47: emulatorOwned, alternate1047: emulatorOwned, savedCursor1048: emulatorOwned,
	alternate1049: emulatorOwned, synchronized: emulatorOwned, clusters: emulatorOwned, sizeReports: emulatorOwned,
	kam: emulatorOwned, irm: emulatorOwned, srm: emulatorOwned, lnm: emulatorOwned,

	mouseX10: userOwned, decbkm: userOwned, mouseButtons: userOwned, mouseHighlight: userOwned,
	mouseDrag: userOwned, mouseMotion: userOwned, focusEvents: userOwned, mouseUTF8: userOwned,
	mouseSGR: userOwned, alternateScroll: userOwned, mouseURXVT: userOwned, mousePixels: userOwned,
	metaEighth: userOwned, numLockModifier: userOwned, metaSendsEscape: userOwned,
	deleteSendsDEL: userOwned, altSendsEscape: userOwned, bellUrgent: userOwned, bracketedPaste: userOwned, colorReports: userOwned,
}

// userCapabilities are the names of XTGETTCAP that depend on the user's terminal,
// with what it must have.
var userCapabilities = map[string]Feature{
	"RGB": FeatureDirectColor, "Tc": FeatureDirectColor,
	"setrgbf": FeatureDirectColor, "setrgbb": FeatureDirectColor,
	"Smulx": FeatureUnderlines, "Su": FeatureUnderlines,
	"Setulc": FeatureUnderlineColor, "Ms": FeatureClipboard,
}

// maxDeferred bounds the reports that wait for the user's terminal, and what
// waits behind them, in bytes, is bounded by maxReplies. A report beyond either is
// dropped.
const maxDeferred = 256

// deferred is a report that depends on the user's terminal, with the replies
// behind it.
type deferred struct {
	report func(*Terminal)
	behind []byte
}

// Await makes reports that depend on the user's terminal, and all behind them,
// wait for SetCapabilities.
func (t *Terminal) Await() { t.awaiting = true }

// Awaiting reports whether SetCapabilities is awaited.
func (t *Terminal) Awaiting() bool { return t.awaiting }

// SetCapabilities sets what is known of the user's terminal and ends the wait for
// it. A program that has asked for it (?2031) is told of another colour scheme.
func (t *Terminal) SetCapabilities(c Capabilities) {
	was := t.user
	t.user = c
	if t.modes.has(colorReports) && c.Scheme != was.Scheme && c.Scheme != 0 && !t.awaiting {
		t.reportScheme()
	}
	t.awaiting = false
	if t.modes.has(mousePixels) && c.Mode(1016) == modeUnknown { // set before that was known
		t.setMode(mousePixels, false)
	}
	waiting := t.deferred
	t.deferred, t.behind = nil, 0
	for _, d := range waiting {
		d.report(t)
		t.reply(d.behind)
	}
}

// reportWhenKnown makes a report that depends on the user's terminal, now or when that is
// known. What report reads of the terminal's own state it must have read before.
func (t *Terminal) reportWhenKnown(report func(*Terminal)) {
	switch {
	case !t.awaiting:
		report(t)
	case len(t.deferred) < maxDeferred:
		t.deferred = append(t.deferred, deferred{report: report})
	}
}

// reply queues an answer.
func (t *Terminal) reply(answer []byte) {
	t.work += len(answer)
	if len(t.replies)+t.behind+len(answer) > maxReplies {
		return
	}
	if n := len(t.deferred); n > 0 {
		last := &t.deferred[n-1]
		last.behind = append(last.behind, answer...)
		t.behind += len(answer)
		return
	}
	t.replies = append(t.replies, answer...)
}

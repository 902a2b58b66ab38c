package vt

import (
	"slices"
	"strings"

	"gm/vt/cellwidth"
)

// Capabilities are the answers of the user's terminal to queries about itself. Anything
// without an answer is reported to programs as missing, or not reported at all: see
// modeSources. The zero Capabilities describes a terminal of which nothing is known.
type Capabilities struct {
	Features Feature
	// Text, Screen and Cell are the answers to XTWINOPS 14, 15 and 16.
	Text, Screen, Cell Pixels
	// Scheme is the answer to DSR 996: 1 dark, 2 light, 0 none.
	Scheme uint8
	Widths cellwidth.Layout
	modes  [len(userModes)]uint8 // values of DECRPM
}

// Pixels is a size in pixels, zero if it is not known.
type Pixels struct{ Width, Height int }

// Feature is a set of features of a terminal.
type Feature uint32

const (
	FeatureColor           Feature = 1 << iota // 22 in DA1
	FeatureClipboard                           // 52 in DA1, or Ms in XTGETTCAP
	FeatureKittyKeys                           // CSI ? u is answered
	FeatureModifyOtherKeys                     // CSI ? 4 m is answered
	FeatureDirectColor                         // direct colours come back by DECRQSS, or RGB by XTGETTCAP
	FeatureUnderlines                          // underline styles (4:3) come back by DECRQSS, or Smulx by XTGETTCAP
	FeatureUnderlineColor                      // underline colours (58) come back by DECRQSS, or Setulc by XTGETTCAP
	FeatureStandardPalette                     // colours 16 to 255 are xterm's
	// FeatureSettings reports that DECRQSS is answered, so that an attribute that does not
	// come back is missing.
	FeatureSettings
	// FeaturePictures reports that pictures are shown, whatever the protocol: by kitty's, as
	// sixels or by iTerm2's. The client converts them.
	FeaturePictures
)

// Has reports whether f contains all of o.
func (f Feature) Has(o Feature) bool { return f&o == o }

// userModes are the private modes that act in the user's terminal.
var userModes = [...]uint16{
	9, 67, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1034, 1035, 1036, 1037, 1039, 1042, 2004, 2031,
}

// UserModes returns the private modes whose support depends on the user's terminal.
func UserModes() []uint16 { return userModes[:] }

// Mode returns the terminal's DECRPM value of a private mode: 0 not recognized or not
// answered, 1 set, 2 reset, 3 permanently set, 4 permanently reset.
func (c *Capabilities) Mode(number int) int {
	if i := slices.Index(userModes[:], uint16(number)); i >= 0 {
		return int(c.modes[i])
	}
	return 0
}

// SetMode records a DECRPM value. Other modes than UserModes and values beyond 4 are
// ignored.
func (c *Capabilities) SetMode(number, value int) {
	if i := slices.Index(userModes[:], uint16(number)); i >= 0 && value >= 0 && value <= 4 {
		c.modes[i] = uint8(value)
	}
}

// FeatureOf returns the features of a terminal that answers XTGETTCAP for a capability.
func FeatureOf(capability string) Feature { return userCapabilities[capability] }

// styleFeatures are features that modern terminals have even if they do not report
// them.
const styleFeatures = FeatureDirectColor | FeatureUnderlines | FeatureUnderlineColor

// knownTerminals are the terminals, by the beginning of their XTVERSION report, that do
// not report their features by DECRQSS or XTGETTCAP.
var knownTerminals = []struct {
	prefix   string
	features Feature
}{
	{"tmux ", styleFeatures}, {"kitty(", styleFeatures}, {"foot(", styleFeatures}, {"WezTerm ", styleFeatures}, {"ghostty ", styleFeatures},
	{"iTerm2 ", styleFeatures}, {"contour ", styleFeatures}, {"Konsole ", styleFeatures}, {"VTE(", styleFeatures}, {"mintty ", styleFeatures},
	{"Windows Terminal ", styleFeatures}, {"rio ", styleFeatures},
}

// FeaturesOf returns the features of a terminal with this XTVERSION report.
func FeaturesOf(name string) Feature {
	for _, t := range knownTerminals {
		if strings.HasPrefix(name, t.prefix) {
			return t.features
		}
	}
	return 0
}

// modeSource is the terminal whose support of a mode DECRPM reports.
type modeSource uint8

const (
	_            modeSource = iota
	fromEmulator            // this emulator, whatever the user's terminal is
	fromUser                // the user's terminal: not recognized unless it has answered
	fromPictures            // this emulator, if the user's terminal shows pictures
)

// modeSources has a row for every mode.
var modeSources = [modeCount]modeSource{
	dectcem: fromEmulator, decckm: fromEmulator, decanm: fromEmulator, deccolm: fromEmulator, decsclm: fromEmulator, decscnm: fromEmulator,
	decom: fromEmulator, decawm: fromEmulator, decarm: fromEmulator, cursorBlink: fromEmulator, decpff: fromEmulator, decpex: fromEmulator,
	allowColumns: fromEmulator, moreFix: fromEmulator, decnrcm: fromEmulator, reverseWrap: fromEmulator, reverseWrap2: fromEmulator, decnkm: fromEmulator,
	declrmm: fromEmulator, alternate47: fromEmulator, alternate1047: fromEmulator, savedCursor1048: fromEmulator,
	alternate1049: fromEmulator, synchronized: fromEmulator, clusters: fromEmulator, sizeReports: fromEmulator,
	kam: fromEmulator, irm: fromEmulator, srm: fromEmulator, lnm: fromEmulator,

	mouseX10: fromUser, decbkm: fromUser, mouseButtons: fromUser, mouseHighlight: fromUser,
	mouseDrag: fromUser, mouseMotion: fromUser, focusEvents: fromUser, mouseUTF8: fromUser,
	mouseSGR: fromUser, alternateScroll: fromUser, mouseURXVT: fromUser, mousePixels: fromUser,
	metaEighth: fromUser, numLockModifier: fromUser, metaSendsEscape: fromUser,
	deleteSendsDEL: fromUser, altSendsEscape: fromUser, bellUrgent: fromUser, bracketedPaste: fromUser, colorReports: fromUser,

	decsdm: fromPictures, sixelRight: fromPictures,
}

// userCapabilities are the names of XTGETTCAP that depend on the user's terminal, with
// the features that they need.
var userCapabilities = map[string]Feature{
	"RGB": FeatureDirectColor, "Tc": FeatureDirectColor,
	"setrgbf": FeatureDirectColor, "setrgbb": FeatureDirectColor,
	"Smulx": FeatureUnderlines, "Su": FeatureUnderlines,
	"Setulc": FeatureUnderlineColor, "Ms": FeatureClipboard,
}

// maxDeferred bounds the number of deferred reports. The bytes of the replies behind
// them count towards maxReplies. Reports beyond either limit are dropped.
const maxDeferred = 256

// deferred is a report that depends on the user's terminal, and the replies that come
// after it.
type deferred struct {
	report func(*Terminal)
	behind []byte
}

// Await defers reports that depend on the user's terminal, and all replies after them,
// until SetCapabilities.
func (t *Terminal) Await() { t.awaiting = true }

// Awaiting reports whether reports are deferred until SetCapabilities.
func (t *Terminal) Awaiting() bool { return t.awaiting }

// SetCapabilities sets the capabilities of the user's terminal and sends the deferred
// reports. A change of the colour scheme is reported to a program that has set mode
// 2031.
func (t *Terminal) SetCapabilities(c Capabilities) {
	was := t.user
	t.user = c
	if t.modes.has(colorReports) && c.Scheme != was.Scheme && c.Scheme != 0 && !t.awaiting {
		t.reportScheme()
	}
	t.awaiting = false
	if t.modes.has(mousePixels) && c.Mode(1016) == modeUnknown { // set while it was not known
		t.setMode(mousePixels, false)
	}
	waiting := t.deferred
	t.deferred, t.behind = nil, 0
	for _, d := range waiting {
		d.report(t)
		t.reply(d.behind)
	}
}

// reportWhenKnown makes a report that depends on the user's terminal, now or when its
// capabilities are known. State of the emulator itself must be read before the call and
// not in report.
//
//go:noinline
func (t *Terminal) reportWhenKnown(report func(*Terminal)) {
	switch {
	case !t.awaiting:
		report(t)
	case len(t.deferred) < maxDeferred:
		t.deferred = append(t.deferred, deferred{report: report})
	}
}

// reply queues an answer, after the deferred reports. It drops answers beyond
// maxReplies.
//
//go:noinline
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

// xtgettcapValues are the answers to XTGETTCAP by name: the names that programs ask
// for, as in terminfo's xterm-256color and its user-defined extensions.
var xtgettcapValues = map[string]string{
	"TN": "xterm-256color", "name": "xterm-256color",
	"Co": "256", "colors": "256", "RGB": "8/8/8", "pairs": "65536",
	"am": "", "bce": "", "ccc": "", "km": "", "mir": "", "msgr": "", "npc": "", "xenl": "",
	"AX": "", "XT": "", "Tc": "", "Su": "",
	"it": "8",

	"bel": "\a", "bold": "\x1b[1m", "dim": "\x1b[2m", "sitm": "\x1b[3m",
	"ritm": "\x1b[23m", "smul": "\x1b[4m", "rmul": "\x1b[24m",
	"blink": "\x1b[5m", "rev": "\x1b[7m", "invis": "\x1b[8m",
	"smso": "\x1b[7m", "rmso": "\x1b[27m", "smxx": "\x1b[9m",
	"rmxx": "\x1b[29m", "sgr0": "\x1b(B\x1b[m", "op": "\x1b[39;49m",
	"Smulx":   "\x1b[4:%p1%dm",
	"Setulc":  "\x1b[58:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%dm",
	"setrgbf": "\x1b[38:2::%p1%d:%p2%d:%p3%dm",
	"setrgbb": "\x1b[48:2::%p1%d:%p2%d:%p3%dm",
	"setaf":   "\x1b[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m",
	"setab":   "\x1b[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m",

	"clear": "\x1b[H\x1b[2J", "home": "\x1b[H", "ed": "\x1b[J",
	"el": "\x1b[K", "el1": "\x1b[1K", "E3": "\x1b[3J",
	"cup": "\x1b[%i%p1%d;%p2%dH", "hpa": "\x1b[%i%p1%dG",
	"vpa": "\x1b[%i%p1%dd", "cuu": "\x1b[%p1%dA", "cud": "\x1b[%p1%dB",
	"cuf": "\x1b[%p1%dC", "cub": "\x1b[%p1%dD", "cuu1": "\x1b[A",
	"cuf1": "\x1b[C", "cub1": "\b", "cud1": "\n", "cr": "\r", "ht": "\t",
	"cbt": "\x1b[Z", "hts": "\x1bH", "tbc": "\x1b[3g", "nel": "\x1bE",
	"csr": "\x1b[%i%p1%d;%p2%dr", "ind": "\n", "ri": "\x1bM",
	"indn": "\x1b[%p1%dS", "rin": "\x1b[%p1%dT", "ich": "\x1b[%p1%d@",
	"dch": "\x1b[%p1%dP", "dch1": "\x1b[P", "il": "\x1b[%p1%dL",
	"il1": "\x1b[L", "dl": "\x1b[%p1%dM", "dl1": "\x1b[M",
	"ech": "\x1b[%p1%dX", "rep": "%p1%c\x1b[%p2%{1}%-%db",
	"sc": "\x1b7", "rc": "\x1b8", "smir": "\x1b[4h", "rmir": "\x1b[4l",
	"smam": "\x1b[?7h", "rmam": "\x1b[?7l", "smacs": "\x1b(0",
	"rmacs": "\x1b(B", "civis": "\x1b[?25l",
	"cnorm": "\x1b[?12l\x1b[?25h", "cvvis": "\x1b[?12;25h",
	"smcup": "\x1b[?1049h\x1b[22;0;0t", "rmcup": "\x1b[?1049l\x1b[23;0;0t",
	"smkx": "\x1b[?1h\x1b=", "rmkx": "\x1b[?1l\x1b>",
	"smglr": "\x1b[?69h\x1b[%i%p1%d;%p2%ds", "mgc": "\x1b[?69l",
	"Ms": "\x1b]52;%p1%s;%p2%s\a", "Ss": "\x1b[%p1%d q", "Se": "\x1b[2 q",
	"Cs": "\x1b]12;%p1%s\a", "Cr": "\x1b]112\a", "Sync": "\x1b[?2026%?%p1%{1}%-%tl%eh%;",
	"BE": "\x1b[?2004h", "BD": "\x1b[?2004l", "PS": "\x1b[200~", "PE": "\x1b[201~",

	"kcuu1": "\x1bOA", "kcud1": "\x1bOB", "kcuf1": "\x1bOC", "kcub1": "\x1bOD",
	"khome": "\x1bOH", "kend": "\x1bOF", "kich1": "\x1b[2~",
	"kdch1": "\x1b[3~", "kpp": "\x1b[5~", "knp": "\x1b[6~", "kbs": "\x7f",
	"kcbt": "\x1b[Z", "kmous": "\x1b[<",
	"kf1": "\x1bOP", "kf2": "\x1bOQ", "kf3": "\x1bOR", "kf4": "\x1bOS",
	"kf5": "\x1b[15~", "kf6": "\x1b[17~", "kf7": "\x1b[18~", "kf8": "\x1b[19~",
	"kf9": "\x1b[20~", "kf10": "\x1b[21~", "kf11": "\x1b[23~", "kf12": "\x1b[24~",

	// The same keys under their termcap names.
	"ku": "\x1bOA", "kd": "\x1bOB", "kr": "\x1bOC", "kl": "\x1bOD",
	"kh": "\x1bOH", "@7": "\x1bOF", "kI": "\x1b[2~", "kD": "\x1b[3~",
	"kP": "\x1b[5~", "kN": "\x1b[6~", "kb": "\x7f", "kB": "\x1b[Z",
	"k1": "\x1bOP", "k2": "\x1bOQ", "k3": "\x1bOR", "k4": "\x1bOS",
	"k5": "\x1b[15~", "k6": "\x1b[17~", "k7": "\x1b[18~", "k8": "\x1b[19~",
	"k9": "\x1b[20~", "k;": "\x1b[21~", "F1": "\x1b[23~", "F2": "\x1b[24~",
	"#2": "\x1b[1;2H", "#4": "\x1b[1;2D", "%i": "\x1b[1;2C", "*7": "\x1b[1;2F",
}

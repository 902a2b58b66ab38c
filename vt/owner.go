package vt

// answerer is whose word a report is.
type answerer uint8

const (
	_          answerer = iota
	own                 // this emulator's: it does so in front of every terminal
	usersAlone          // the user's terminal's: not recognized without its answer
)

// modeAnswerers has a row for every mode.
var modeAnswerers = [modeCount]answerer{
	dectcem: own, decckm: own, decanm: own, deccolm: own, decsclm: own, decscnm: own,
	decom: own, decawm: own, decarm: own, cursorBlink: own, decpff: own, decpex: own,
	allowColumns: own, moreFix: own, decnrcm: own, reverseWrap: own, reverseWrap2: own, decnkm: own,
	declrmm: own, alternate47: own, alternate1047: own, savedCursor1048: own,
	alternate1049: own, synchronized: own, clusters: own, sizeReports: own,
	kam: own, irm: own, srm: own, lnm: own,

	mouseX10: usersAlone, decbkm: usersAlone, mouseButtons: usersAlone, mouseHighlight: usersAlone,
	mouseDrag: usersAlone, mouseMotion: usersAlone, focusEvents: usersAlone, mouseUTF8: usersAlone,
	mouseSGR: usersAlone, alternateScroll: usersAlone, mouseURXVT: usersAlone, mousePixels: usersAlone,
	metaEighth: usersAlone, numLockModifier: usersAlone, metaSendsEscape: usersAlone,
	deleteSendsDEL: usersAlone, altSendsEscape: usersAlone, bellUrgent: usersAlone, bracketedPaste: usersAlone, colorReports: usersAlone,
}

// usersCapabilities are the names of XTGETTCAP that depend on the user's terminal,
// with what it must have.
var usersCapabilities = map[string]Feature{
	"RGB": FeatureDirectColor, "Tc": FeatureDirectColor,
	"setrgbf": FeatureDirectColor, "setrgbb": FeatureDirectColor,
	"Smulx": FeatureUnderlines, "Su": FeatureUnderlines,
	"Setulc": FeatureUnderlineColor, "Ms": FeatureClipboard,
}

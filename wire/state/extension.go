package state

import "strings"

// Extension is an addition to mosh's protocol that both sides agree on before
// the session begins: the client asks for it on the server's command line, and
// the server names those that it grants in its announcement (mosh-protocol,
// section 11).
type Extension uint16

const (
	ExtScreen     Extension = 1 << iota // the server may send everything that a vt.Screen holds
	ExtAppearance                       // the client reports the colors and the pixel size of the user's terminal
	ExtExit                             // the server reports how the program ended
	ExtEcho                             // the server reports the line discipline and what it has echoed
	ExtTerminal                         // the client reports what the user's terminal can do
	ExtFlow                             // the server reports how much input it takes
	ExtKeys                             // screens carry the modes of the keyboard, and the server does not translate keys
	ExtColors                           // screens carry the colors that programs set
	ExtEvents                           // the server sends notifications and prompt marks, each once, and states of progress and pointer
	extensionEnd
)

// AllExtensions are those that this version knows.
const AllExtensions = extensionEnd - 1

// extensionNames are in the order of the bits.
var extensionNames = [...]string{"screen", "appearance", "exit", "echo", "terminal", "flow", "keys", "colors", "events"}

// Has reports whether e contains all of the extensions in o.
func (e Extension) Has(o Extension) bool { return e&o == o }

// Names returns the names of the extensions in e.
func (e Extension) Names() (names []string) {
	for i, name := range extensionNames {
		if e>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String returns the names with commas between them.
func (e Extension) String() string { return strings.Join(e.Names(), ",") }

// ParseExtensions returns the extensions that names holds. Unknown names are
// ignored: they are a newer version's.
func ParseExtensions(names []string) (e Extension) {
	for _, n := range names {
		for i, name := range extensionNames {
			if n == name {
				e |= 1 << i
			}
		}
	}
	return e
}

package state

import "strings"

// Extension is a set of additions to mosh's protocol. Both sides agree on them
// before the session begins: the client requests them on the server's command line,
// and the server names the granted ones in its announcement (protocol, section 11).
type Extension uint16

const (
	ExtScreen      Extension = 1 << iota // diffs may use everything that a vt.Screen holds
	ExtAppearance                        // the client reports the colors and the pixel size of the user's terminal
	ExtExit                              // the server reports the program's exit status
	ExtEcho                              // the server reports the line discipline and its progress in echoing
	ExtTerminal                          // the client reports the capabilities of the user's terminal
	ExtFlow                              // the server limits the input in flight
	ExtKeys                              // diffs carry keyboard modes, and the server does not translate keys
	ExtColors                            // diffs carry the colors that programs set
	ExtEvents                            // the server sends notifications and marks once each, and progress and pointer states
	ExtSessions                          // the client may detach, and the server reports why it detaches a client
	ExtIdentifiers                       // the numbers of datagrams have identifiers, which change with the client's address
	ExtPaths                             // both ends know several paths for the same datagrams, and send less while idle
	ExtHistory                           // the server sends the lines that scroll off the main screen
	ExtStreams                           // both ends have streams of bytes beside the states
	ExtPictures                          // the server sends the pictures of programs by streams
	extensionEnd
)

// AllExtensions contains every extension that this version implements.
const AllExtensions = extensionEnd - 1

// extensionNames holds the names on the wire, in the order of the bits.
var extensionNames = [...]string{"screen", "appearance", "exit", "echo", "terminal", "flow", "keys", "colors", "events", "sessions", "identifiers", "paths", "history", "streams", "pictures"}

// Has reports whether e contains all of the extensions in o.
func (e Extension) Has(o Extension) bool { return e&o == o }

// Names returns the names of the extensions in e.
//
//go:noinline
func (e Extension) Names() (names []string) {
	for i, name := range extensionNames {
		if e>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (e Extension) String() string { return strings.Join(e.Names(), ",") }

// ParseExtensions returns the set of the extensions in names. Unknown names, which
// a newer version may send, are ignored.
//
//go:noinline
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

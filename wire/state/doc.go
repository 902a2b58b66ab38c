// Package state implements the two objects that a session keeps in step: [User],
// the user's input, sent from client to server, and [Screen], the terminal's
// contents, sent from server to client. Both are immutable values for a
// wire.Transport; successive values share memory.
//
// The package also defines the [Extension] values that two gm peers may agree on,
// and their messages. Protocol, section 11, specifies them.
package state

// Package vt is the terminal: what a program inside a session writes to, and
// what the network and the user's own terminal are painted from.
//
// Three things, apart:
//
//   - the parser is Paul Williams' DEC/ANSI state machine. It cuts a byte stream
//     into printable runs, controls and sequences and gives no meaning to them.
//   - [Terminal] gives them meaning. It has what a program can see: two
//     screens, margins, tabs, modes, answers to queries.
//   - [Screen] is what a person can see: rows of cells, a cursor, a title and
//     the modes that the person's terminal must know. It is the object that the
//     protocol synchronizes. Screens share rows; a row is copied when it is
//     written after a snapshot, so a snapshot costs one pointer a row.
//
// [AppendDiff] writes the bytes that turn a terminal showing one Screen into a
// terminal showing another, in the [Dialect] that the reader understands.
//
// The package knows no I/O and no time, and is not safe for concurrent use.
package vt

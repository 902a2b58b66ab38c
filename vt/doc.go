// Package vt is a terminal emulator: a session's program writes to it, and its screens are
// sent to clients and painted on the user's terminal.
//
// It has three parts:
//
//   - Package parser splits the program's output into printable runs, controls and
//     sequences.
//   - [Terminal] performs them. It has the state that a program can observe: two
//     screens, margins, tabs, modes, replies to queries.
//   - [Screen] is the state that a user can observe: rows of cells, a cursor, a title and
//     the modes that the user's terminal must be in. It is the object that the protocol
//     synchronizes. Screens share rows and history; a row is copied when it is written
//     after a snapshot, so a snapshot costs one pointer a row.
//
// [AppendDiff] writes the bytes that turn a terminal showing one Screen into a
// terminal showing another, in the [Dialect] of the receiver.
//
// The package knows no I/O and no time, and is not safe for concurrent use.
package vt

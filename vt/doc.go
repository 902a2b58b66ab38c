// Package vt emulates a terminal and computes the differences between screens. A session's
// program writes to a [Terminal]; peers and the user's terminal are updated from its
// [Screen].
//
//   - Package vt/parser splits the program's output into printable runs, controls and
//     sequences (Paul Williams' DEC/ANSI state machine) and does not interpret them.
//   - [Terminal] interprets them. It holds the state that a program can observe: two
//     screens, margins, tabs, modes, replies to queries.
//   - [Screen] is the state that a user can see: rows of cells, a cursor, a title and
//     the modes that the user's terminal must have. The protocol synchronizes it.
//     Screens share rows and history; a row is copied when it is written after a
//     snapshot, so a snapshot costs one pointer a row.
//
// [AppendDiff] writes the bytes that change a terminal showing one Screen into one showing
// another, in the [Dialect] of the receiver.
//
// The package does no I/O and reads no clock. It is not safe for concurrent use.
package vt

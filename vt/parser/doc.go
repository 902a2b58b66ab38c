// Package parser splits a terminal's output into printable runs, controls and sequences. It
// attaches no meaning to them and knows no screen: a [Performer] performs them.
//
// Sequences follow ECMA-48 and ECMA-35, as xterm reads them.
package parser

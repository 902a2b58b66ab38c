// Package keys splits the input from a terminal into keys and other tokens.
//
// A [Splitter] accepts the input in pieces of any size. Every byte belongs to
// exactly one [Token], so that a reader can act on some tokens and pass on the
// bytes of the others unchanged. It recognizes
//
//   - text in UTF-8, control characters, and Alt as an ESC before either,
//   - the sequences of special keys (CSI and SS3) of ECMA-48 terminals, with the
//     modifiers of xterm and the event types of kitty,
//   - CSI u of the kitty keyboard protocol in each of its 32 sets of flags
//     (https://sw.kovidgoyal.net/kitty/keyboard-protocol),
//   - xterm's modifyOtherKeys, as CSI 27 ; modifiers ; code ~ and, with
//     formatOtherKeys, as CSI code ; modifiers u,
//   - mouse reports, focus reports, and pastes between brackets (xterm ctlseqs).
//
// [Token.Legacy] returns the byte that a key sends without any of these protocols.
// Comparing it identifies a key in all of them.
package keys

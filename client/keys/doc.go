// Package keys splits what a terminal sends into keys and other tokens, each
// with its bytes and its meaning.
//
// A [Splitter] takes the input in any pieces. Every byte of it belongs to exactly
// one [Token], so that a reader can act on some tokens and pass on the bytes of
// the others unchanged. It knows
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
// What a key would have sent to a program that asked for no protocol is
// [Token.Legacy]: keys are compared by that, whatever form they came in.
package keys

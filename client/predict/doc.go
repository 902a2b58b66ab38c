// Package predict shows the effect of keys before the host has answered
// (protocol, section 9). It neither does I/O nor reads the clock: a caller
// passes the keys, the host's screens and the time, and draws the screen that
// Paint returns.
//
//   - [Predictor] guesses how the program that reads the keys will edit its
//     line. It shows a guess once earlier guesses have been confirmed.
//   - Where the host's line discipline echoes, the echo is not a guess:
//     lineecho.go and linediscipline.go compute it.
//   - Where the host does not echo, for a password, nothing is predicted.
package predict

// Package client is the program at the user's side: the command lines of gm, mosh and
// mosh-client, the terminal, predictions, notifications and the loop.
//
// One goroutine, [loop], owns the state of a session:
//
//	keys ──▶ termQuery ──▶ escaper ──▶ predictor ──▶ session ──▶ datagrams
//	datagrams ──▶ session ──▶ screen ──▶ predictor, view, panel, bar, title ──▶ display ──▶ terminal
//
// Each turn of the loop waits for one event, reads the clock once, and handles the
// event. The types in between do no I/O and are passed the time, so that tests run
// whole sessions in virtual time.
package client

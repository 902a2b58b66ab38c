// Package client is the program at the user's side: the command lines of gm,
// mosh and mosh-client, the terminal, prediction, messages, the loop.
//
// One goroutine, [loop], owns everything once a session runs:
//
//	keys ──▶ termQuery ──▶ escape ──▶ predictor ──▶ session ──▶ datagrams
//	datagrams ──▶ session ──▶ screen ──▶ predictor, notices, title ──▶ display ──▶ terminal
//
// The loop only moves bytes. What is in between is pure: session, termQuery,
// predictor, escape, notices and display are given the time and never ask for
// it, so tests run whole sessions in virtual time.
package client

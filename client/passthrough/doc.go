// Package passthrough writes to the user's terminal the part of a program's output that is
// for the terminal and not for the screen: the output of tmux in control mode, as it comes, and long
// texts for the clipboard and files, each once it is whole. Streams of the server bring them.
//
// What begins and ends a passage is written by this package and does not come from the
// server, so that the terminal is at the screen again after it whatever the server sends.
package passthrough

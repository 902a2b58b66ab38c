//go:build linux

// Command bench measures gm beside mosh and ssh, in one run on one machine, and
// writes tables and figures. It is "make bench", and needs root for its networks
// (package netlab); without, it measures gm and mosh over loopback only, and says
// so.
//
//	latency  from a key to its echo, over five networks, with and without prediction
//	connect  from the command to the prompt, warm and the first time
//	bytes    what programs cost on the wire
//	flood    how fast a program can write, and what that costs the server
//	memory   of servers that wait
//	idle     packets and wake-ups of a session that nobody uses
//	size     of the programs
//
// A section is a file of results (JSON), which it alone writes; the report and
// the figures are made of those that are there. So each can be run again alone.
//
// The programs are the real ones, started by their users' command lines: a
// [site] is where they run, a [terminal] what they are seen through.
package main

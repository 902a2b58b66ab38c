//go:build linux

// Command bench measures gm beside mosh and ssh, in one run on one machine, and writes
// tables and figures. "make bench" runs it. It needs root for its networks (package
// netlab); without root it measures gm and mosh over loopback only and reports that.
//
//	latency     from a key to its echo, over five networks, with and without prediction
//	connect     from the command to the prompt, warm and the first time
//	bytes       what programs cost on the wire
//	flood       how fast a program can write, and what that costs the server
//	scrollback  which lines of a program stay in the user's terminal, and what they cost
//	memory      of servers that wait
//	idle        packets and wake-ups of a session without input
//	streams     files, forwarded ports and first bytes of commands without a terminal
//	pictures    in the session: bytes and time, and keys beside them
//	size        of the programs
//
// A section writes one file of results (JSON). The report and the figures are made from
// all files that exist, so each section can be run again alone.
//
// The programs are the real ones, started by their users' command lines. A [site] is
// where they run; a [terminal] is the pty on which their output is read.
package main

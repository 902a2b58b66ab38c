// Package harness drives real programs for tests: a terminal with somebody in
// front of it ([Terminal], by tmux), mosh's client and server or gm in their
// place ([Programs]), a session between the two over a bad network ([Session]),
// and the processes that belong to a test ([Family]).
package harness

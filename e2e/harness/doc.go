// Package harness drives real programs in tests: a terminal with a user's keys and eyes
// ([Terminal], by tmux), mosh's client and server or gm in their place ([Programs]), a
// session of the two over a bad network ([Session]), and the processes of a test
// ([Family]).
package harness

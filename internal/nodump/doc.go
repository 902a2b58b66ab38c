// Package nodump keeps the memory of a process, with the keys in it, out of core
// dumps and away from debuggers. It adds to the limit on core dumps
// (RLIMIT_CORE), which the caller sets.
package nodump

// Package rawconn has connections that carry little, which are written to by system calls
// that the runtime does not watch. A call through package net wakes a thread of the runtime
// if the process was asleep, which polls until all is asleep again. Reading wakes it: what
// is read may lead to much work, during which other goroutines must run.
package rawconn

// Package rawconn has connections that carry little, by system calls that the runtime does
// not watch. A call through package net wakes a thread of the runtime whenever the process
// was asleep, which polls until the call's goroutine sleeps again. That is more work than
// reading a few bytes.
package rawconn

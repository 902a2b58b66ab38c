package server

import "golang.org/x/sys/unix"

// sealMemory keeps the process' memory from debuggers and core dumps, those
// that go to a program (core_pattern) too: only root reads it, and what is in
// /proc of it. Programs that it starts are as usual (prctl(2),
// PR_SET_DUMPABLE).
func sealMemory() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }

package nodump

import "golang.org/x/sys/unix"

// Disable makes the process undumpable, also for a core_pattern that pipes to a
// program. Only root can attach a debugger then or read the process's files in
// /proc. Programs that it starts are not affected (prctl(2), PR_SET_DUMPABLE).
func Disable() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }

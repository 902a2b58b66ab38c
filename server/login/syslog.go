//go:build unix

package login

import (
	"fmt"
	"log/syslog"
)

// writeAuditLog writes to the system's log of who came and went, if there is
// one.
func writeAuditLog(format string, a ...any) {
	w, err := syslog.New(syslog.LOG_AUTH|syslog.LOG_INFO, "gm-server")
	if err != nil {
		return
	}
	defer w.Close()
	fmt.Fprintf(w, format, a...)
}

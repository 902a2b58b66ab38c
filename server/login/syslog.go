//go:build unix

package login

import (
	"fmt"
	"log/syslog"
)

func writeSyslog(format string, a ...any) {
	w, err := syslog.New(syslog.LOG_AUTH|syslog.LOG_INFO, "gm-server")
	if err != nil {
		return
	}
	defer w.Close()
	fmt.Fprintf(w, format, a...)
}

//go:build !unix

package server

import (
	"os"
	"time"
)

func watchedSignals() []os.Signal { return []os.Signal{os.Interrupt} }

func (l *loop) signal(now time.Time, s os.Signal) { l.session.end(now, s.String()) }

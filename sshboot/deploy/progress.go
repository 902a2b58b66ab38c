package deploy

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

const barWidth = 24 // columns of the bar

// progress counts the bytes of an upload. It is safe for concurrent use.
type progress struct {
	total atomic.Int64 // bytes of the program, or of what is sent if it was compressed before
	done  atomic.Int64 // bytes of total that were processed
	sent  atomic.Int64 // bytes sent to the host
}

func (p *progress) countRead(r io.Reader) io.Reader { return countingReader{r, &p.done} }

func (p *progress) countSent(w io.Writer) io.Writer { return countingWriter{w, &p.sent} }

type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (c countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

type countingWriter struct {
	io.Writer
	n *atomic.Int64
}

func (w countingWriter) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.n.Add(int64(n))
	return n, err
}

// line returns the bar with the rate and the remaining time:
//
//	[=====>      ]  45%  0.8 MB/s  2 s left
func (p *progress) line(passed time.Duration) string {
	part := min(1, float64(p.done.Load())/float64(max(1, p.total.Load())))
	filled := int(part * barWidth)
	bar := strings.Repeat("=", filled)
	if filled < barWidth {
		bar += ">" + strings.Repeat(" ", barWidth-filled-1)
	}
	rate := float64(p.sent.Load()) / max(passed.Seconds(), 0.001)
	text := fmt.Sprintf(" [%s] %3.0f%%  %s", bar, 100*part, bytesPerSecond(rate))
	if part > 0 {
		left := float64(passed) * (1 - part) / part
		text += fmt.Sprintf("  %.0f s left", time.Duration(left).Seconds())
	}
	return text
}

func bytesPerSecond(rate float64) string {
	switch {
	case rate >= 1e6:
		return fmt.Sprintf("%.1f MB/s", rate/1e6)
	case rate >= 1e3:
		return fmt.Sprintf("%.0f kB/s", rate/1e3)
	}
	return fmt.Sprintf("%.0f B/s", rate)
}

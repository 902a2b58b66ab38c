package deploy

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"gm/sshboot/prompt"
)

const (
	progressDelay    = 500 * time.Millisecond // shorter uploads show no bar
	progressInterval = 100 * time.Millisecond // between two updates
	barWidth         = 24                     // columns of the bar
	progressWidth    = 79                     // columns of the line
)

// progressBar shows the progress of an upload on a terminal. It is drawn by its writer.
type progressBar struct {
	notice func(string)     // shows a line to the user
	now    func() time.Time // the clock
	// draw writes to the terminal. It is nil if there is none.
	draw func(string)

	*upload
}

// upload is the state of the current upload.
type upload struct {
	total       int64 // bytes of the program
	done        int64 // bytes read of the program
	sent        int64 // compressed bytes sent to the host
	start, last time.Time
	shown       bool
}

// NewProgressBar returns a progress bar on standard error, if visible is set and that is a
// terminal.
func NewProgressBar(ask prompt.Prompter, visible bool, now func() time.Time) progressBar {
	m := progressBar{notice: ask.Notice, now: now}
	if visible && term.IsTerminal(int(os.Stderr.Fd())) {
		m.draw = func(text string) { io.WriteString(os.Stderr, text) }
	}
	return m
}

func (m *progressBar) begin(total int64) { m.upload = &upload{total: total, start: m.now()} }

func (m *progressBar) end() {
	if m.shown {
		m.draw("\r" + strings.Repeat(" ", progressWidth) + "\r")
	}
	m.upload = nil
}

func (m *progressBar) countRead(r io.Reader) io.Reader { return countingReader{r, &m.done} }

// countSent returns a writer that counts the bytes written to w and updates the bar.
func (m *progressBar) countSent(w io.Writer) io.Writer { return progressWriter{w, m} }

type countingReader struct {
	io.Reader
	n *int64
}

func (c countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	*c.n += int64(n)
	return n, err
}

type progressWriter struct {
	io.Writer
	progress *progressBar
}

func (w progressWriter) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.progress.sent += int64(n)
	w.progress.update(w.progress.now())
	return n, err
}

func (m *progressBar) update(now time.Time) {
	if m.draw == nil || now.Sub(m.start) < progressDelay || now.Sub(m.last) < progressInterval {
		return
	}
	m.shown, m.last = true, now
	m.draw(fmt.Sprintf("\r%-*s", progressWidth, m.line(now.Sub(m.start))))
}

// line returns the bar with the rate and the remaining time:
//
//	uploading the server [=====>      ]  45%  0.8 MB/s  2 s left
func (u *upload) line(passed time.Duration) string {
	part := min(1, float64(u.done)/float64(max(1, u.total)))
	filled := int(part * barWidth)
	bar := strings.Repeat("=", filled)
	if filled < barWidth {
		bar += ">" + strings.Repeat(" ", barWidth-filled-1)
	}
	rate := float64(u.sent) / passed.Seconds()
	text := fmt.Sprintf("uploading the server [%s] %3.0f%%  %s", bar, 100*part, bytesPerSecond(rate))
	if part > 0 {
		left := time.Duration(float64(passed) * (1 - part) / part)
		text += "  " + left.Round(time.Second).String() + " left"
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

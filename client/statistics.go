package client

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"gm/client/plainrow"
	"gm/internal/sanitize"
	"gm/vt"
	"gm/wire/datagram"
)

// panelPeriod is the time between updates of the open panel.
const panelPeriod = time.Second

// panel shows lines over the screen, below the notification bar. The zero panel is closed.
type panel struct {
	open    bool
	at      int // of the pages
	content content
	lines   []string
	due     time.Time // when lines must be updated; zero for never
}

// content is the content of a panel.
type content uint8

const (
	contentStatistics content = iota // of the connection
	contentForwards                  // and their connections
	contentText                      // which does not change
)

func (p *panel) show(now time.Time, what content) { *p = panel{open: true, content: what, due: now} }

func (p *panel) showText(lines []string) {
	*p = panel{open: true, content: contentText, lines: append(lines, panelEnd)}
}

func (p *panel) close() { *p = panel{} }

// next shows the next page, and reports whether there is one.
func (p *panel) next(cols int) bool {
	p.at++
	return p.at < len(p.pages(cols))
}

func (p *panel) page(cols int) string {
	if pages := p.pages(cols); p.at < len(pages) {
		return "gm: " + pages[p.at]
	}
	return ""
}

// pages returns the lines as messages of --plain.
func (p *panel) pages(cols int) []string {
	return plainrow.Pages(p.lines[:max(len(p.lines)-1, 0)], cols-len("gm: "))
}

// isDue reports whether the panel shows a content that must be updated.
func (p *panel) isDue(now time.Time, what content) bool {
	return p.open && p.content == what && !now.Before(p.due)
}

// panelEnd is the last line of the panel.
const panelEnd = "Any key closes this."

// listForwards updates a panel of forwards with lines, which returns them. Of a list that is
// too long for the window, it shows the first ones and how many more there are.
func (c *session) listForwards(now time.Time, lines func() []string) {
	if !c.panel.isDue(now, contentForwards) || c.plain && len(c.panel.lines) > 0 {
		return
	}
	c.panel.due = now.Add(panelPeriod)
	all := lines()
	if len(all) == 0 {
		all = []string{"Nothing is forwarded."}
	}
	room := max(1, c.rows-2) // without the bar and the last line
	if len(all) > room && !c.plain {
		more := len(all) - (room - 1)
		all = append(all[:room-1:room-1], fmt.Sprintf("and %d more", more))
	}
	c.panel.lines = append(c.panel.lines[:0], all...)
	for i, line := range c.panel.lines {
		c.panel.lines[i] = sanitize.Line(line)
	}
	c.panel.lines = append(c.panel.lines, panelEnd)
}

// openPaths are the open paths to the server, as of a [roaming.Roamer].
type openPaths interface {
	OpenPaths() []datagram.Path
	// Local returns the source of datagrams, whose Addr may be invalid.
	Local(datagram.Path) netip.AddrPort
}

// statistics updates a panel of statistics when an update is due.
func (c *session) statistics(now time.Time, open openPaths) {
	if !c.panel.isDue(now, contentStatistics) || c.plain && len(c.panel.lines) > 0 {
		return
	}
	sent, received := c.transport.Traffic()
	c.panel.due = now.Add(panelPeriod)
	c.panel.lines = c.panel.lines[:0]
	if c.description != "" {
		c.panel.lines = append(c.panel.lines, "session     "+c.description)
	}
	c.panel.lines = append(c.panel.lines, "server      "+endpointText(c.server))
	if preferred := c.transport.Route()[0]; !preferred.IsPipe() {
		c.panel.lines = append(c.panel.lines, "this side   "+endpointText(open.Local(preferred)))
	}
	if c.path.several {
		c.panel.lines = append(c.panel.lines, c.pathLines(now, open.OpenPaths())...)
	}
	c.panel.lines = append(c.panel.lines,
		"round trip  "+c.roundTrip(),
		fmt.Sprintf("lost        %.0f%% of the last datagrams", 100*c.transport.Loss()),
		"last heard  "+ago(now, c.transport.Heard()),
		"connected   "+elapsed(now.Sub(c.bar.started), "s"),
		"received    "+trafficText(received),
		"sent        "+trafficText(sent),
		"extensions  "+c.extensions(),
		panelEnd,
	)
}

func endpointText(a netip.AddrPort) string {
	if !a.Addr().IsValid() {
		return fmt.Sprintf("no way to the server, UDP port %d", a.Port())
	}
	return fmt.Sprintf("%v, UDP port %d", a.Addr(), a.Port())
}

func (c *session) roundTrip() string {
	if c.transport.Heard().IsZero() {
		return "not measured yet"
	}
	return fmt.Sprintf("%d ms, varies by %d ms", c.transport.SRTT().Milliseconds(), c.transport.RTTVariation().Milliseconds())
}

func ago(now, then time.Time) string {
	if then.IsZero() {
		return "never"
	}
	return elapsed(now.Sub(then), "s") + " ago"
}

func trafficText(t datagram.Traffic) string {
	return fmt.Sprintf("%d datagrams, %d bytes", t.Datagrams, t.Bytes)
}

func (c *session) extensions() string {
	if c.granted == 0 {
		return "none: the protocol is plain mosh's"
	}
	return strings.Join(c.granted.Names(), " ")
}

func (p *panel) paint(screen *vt.Screen, look vt.Rendition) {
	if !p.open {
		return
	}
	width := 0
	for _, line := range p.lines {
		width = max(width, vt.TextWidth(line))
	}
	_, rows := screen.Size()
	top := min(1, max(0, rows-len(p.lines))) // below the bar if there is room
	for i, line := range p.lines {
		screen.SetLineAttribute(top+i, vt.SingleWidth)
		screen.Erase(0, top+i, width+2, look)
		screen.DrawText(1, top+i, line, look)
	}
	screen.Cursor.Hidden = true
}

package client

import "time"

// hearEvents tells the user of events that are for gm itself. The others are for the
// terminal.
func (c *session) handleEvents(now time.Time) {
	remote, _ := c.transport.Remote()
	for _, e := range remote.Screen.EventsSince(c.seenEvents) {
		if e.Command == "" && !c.quitting {
			c.notices.remark(now, "Not copied: the text for the clipboard is longer than 1 MB.")
		}
	}
	c.seenEvents = remote.Screen.EventCount()
}

package client

import "time"

// hearEvents tells the user of events that are for gm itself. The others are for the
// terminal.
func (c *session) hearEvents(now time.Time) {
	remote, _ := c.transport.Remote()
	for _, e := range remote.Screen.EventsSince(c.heardEvents) {
		if e.Command == "" && !c.quitting {
			c.notices.remark(now, "Not copied: the text for the clipboard is longer than 1 MB.")
		}
	}
	c.heardEvents = remote.Screen.EventCount()
}

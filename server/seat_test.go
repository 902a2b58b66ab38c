//go:build unix

package server

import (
	"testing"

	"gm/vt"
	"gm/wire/state"
)

func TestDialect(t *testing.T) {
	full, stock := vt.Full(), vt.Stock()
	full.KeyModes, stock.KeyModes = false, true
	full.SetColors, full.Marks, full.Pointer, full.Notes, full.Pictures = false, false, false, false, false
	keys := full
	keys.KeyModes = true
	colors := vt.Stock()
	colors.SetColors = true
	all := vt.Full()
	all.ExplicitWidths, all.EventsApart, all.Notifications, all.Marks, all.Pictures = true, true, false, false, true
	events := vt.Stock()
	events.EventsApart, events.Progress, events.Pointer, events.Notes = true, true, true, true
	for extensions, want := range map[state.Extension]vt.Dialect{
		0: vt.Stock(), state.ExtScreen: full, state.ExtKeys: stock, state.ExtScreen | state.ExtKeys: keys, state.ExtColors: colors, state.ExtEvents: events, state.AllExtensions: all,
	} {
		t.Run(extensions.String(), func(t *testing.T) {
			if got := dialectFor(extensions); got != want {
				t.Errorf("the dialect is %+v", got)
			}
		})
	}
}

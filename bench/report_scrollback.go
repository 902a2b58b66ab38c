//go:build linux

package main

import (
	"fmt"

	"gm/bench/plot"
	"gm/bench/stat"
)

func scrollbackPart(results []scrolledOver, m machine) part {
	t := table{
		title: "Scrollback", machine: m,
		note: "A program writes numbered lines: all at once, or 1,000 a second as a build does. The share is that of the lines which are\n" +
			"in the user's terminal once and in order at the end, in its scrollback or on its screen. Then the bytes of IP packets\n" +
			"from the host, and the times from the command to the last line and to all lines; and the time from Ctrl-C in `yes` to\n" +
			"the prompt, in round trips. The median of all tries. gm has `--scrollback-lines=20000`.",
	}
	for _, r := range results {
		for _, kind := range []string{numberLines, buildLines} {
			t.rows = append(t.rows, r.rows(kind)...)
		}
		if len(r.Interrupts) > 0 {
			t.rows = append(t.rows, r.interruptRow())
		}
	}
	return part{t, nil}
}

func (r scrolledOver) rows(kind string) []row {
	shares, down, last, all := map[string]cell{}, map[string]cell{}, map[string]cell{}, map[string]cell{}
	name := ""
	for _, s := range r.Scrolls {
		if s.Kind != kind {
			continue
		}
		name = fmt.Sprintf("%s, %s lines", linkName(r.Link), thousands(float64(s.Lines)))
		shares[s.Program] = cell{text: shareText(stat.Of(s.Share).Median())} // without a ratio
		down[s.Program] = medianCell(s.Down, thousands)
		last[s.Program] = medianCell(s.Last, round)
		if len(s.All) == len(s.Last) {
			all[s.Program] = medianCell(s.All, round)
		}
	}
	if kind == buildLines {
		name += " of a build"
	}
	at := func(what string, cells map[string]cell) row {
		return row{name + ": " + what, cells["gm"], cells["mosh"], cells["ssh"]}
	}
	return []row{at("share", shares), at("bytes", down), at("ms to the last line", last), at("ms to all", all)}
}

// shareText returns a share in percent, with 100% only for all and 0% only for none.
func shareText(share float64) string {
	if share == 0 || share == 1 {
		return plot.Percent(share)
	}
	return fmt.Sprintf("%.1f%%", min(max(100*share, 0.1), 99.9))
}

func (r scrolledOver) interruptRow() row {
	cells := map[string]cell{}
	for _, i := range r.Interrupts {
		cells[i.Program] = medianCell(i.Took, round)
	}
	return row{linkName(r.Link) + ": Ctrl-C in `yes`, round trips", cells["gm"], cells["mosh"], cells["ssh"]}
}

func medianCell(values []float64, format func(float64) string) cell {
	v := stat.Of(values).Median()
	return cell{format(v), v}
}

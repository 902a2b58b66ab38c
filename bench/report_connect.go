//go:build linux

package main

import (
	"strings"

	"gm/bench/plot"
	"gm/bench/stat"
)

func connectPart(results []atPlace, m machine) part {
	t := table{
		title: "Connecting", machine: m,
		note: "From the command to the prompt of `sh` on the host: the median of all tries. Where UDP is blocked, the network\n" +
			"drops it from the start: gm stays on its SSH connection, and mosh cannot connect.",
	}
	f := &plot.Figure{Title: "From the command to the prompt", Subtitle: "Median of all tries", Note: m.note(), Columns: 2}
	for _, p := range results {
		t.rows = append(t.rows, p.rows()...)
		f.Panels = append(f.Panels, p.panel())
	}
	return part{t, f}
}

// cell returns the median of a way, or no cell if it was not measured.
func (p atPlace) cell(way string) cell {
	for _, w := range p.Ways {
		if w.Way == way && len(w.Took) > 0 {
			median := stat.Of(w.Took).Median()
			return cell{round(median), median}
		}
	}
	return cell{}
}

func (p atPlace) rows() []row {
	place := linkName(p.Place)
	rows := []row{
		{place + ": to the prompt", p.cell(gmWarm), p.cell(moshWarm), p.cell(sshPrompt)},
		{place + ": to the prompt, and `ssh host true`", p.cell(gmWarm), cell{}, p.cell(sshTrue)},
		{place + ": the first time, with the upload of gm", p.cell(gmFirst), cell{}, cell{}},
	}
	if local := p.cell(gmLocal); local.text != "" {
		rows = append(rows, row{"`--local`: to the prompt", local, p.cell(moshLocal), cell{}})
	}
	return rows
}

func (p atPlace) panel() plot.Panel {
	bars := plot.Bars{Title: linkName(p.Place), X: plot.Axis{Format: plot.Duration}, Room: 228, Width: 250}
	for _, w := range p.Ways {
		program, _, _ := strings.Cut(w.Way, " ")
		median := stat.Of(w.Took).Median()
		bars.Groups = append(bars.Groups, plot.Group{Name: w.Way, Values: []plot.Value{
			{Style: styles[program], Amount: median, Text: plot.Duration(median)},
		}})
	}
	return bars
}

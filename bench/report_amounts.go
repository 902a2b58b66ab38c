//go:build linux

package main

import (
	"fmt"
	"slices"

	"gm/bench/plot"
	"gm/bench/stat"
)

// legend is the legend of figures in which each program has a colour of its own.
func legend(programs ...string) (entries []plot.Entry) {
	for _, p := range programs {
		name := p
		if p == "reader" {
			name = "a reader that discards"
		}
		entries = append(entries, plot.Entry{Name: name, Style: styles[p]})
	}
	return entries
}

func bytesPart(results []played, m machine) part {
	t := table{
		title: "Bytes on the wire", machine: m,
		note: "What programs drew (18 recordings, a frame every 100 ms) over a link of 20 ms: bytes of IP packets, both ways together.\n" +
			"gm includes the lines that go into the terminal's scrollback. They cost its bytes beyond those with `--scrollback=off`.",
	}
	d := plot.Dots{X: plot.Axis{Min: 500, Max: 200_000, Log: true, Format: plot.Size}, Room: 90, Width: 620}
	sum := map[string]float64{}
	add := func(name, gm string, bytes map[string]float64) {
		at := func(key string) cell { return cell{thousands(bytes[key]), bytes[key]} }
		t.rows = append(t.rows, row{name, at(gm), at("mosh"), at("ssh")})
	}
	for _, r := range results {
		bytes := map[string]float64{}
		g := plot.Group{Name: r.Recording}
		for _, c := range r.Costs {
			n := float64(c.Up + c.Down)
			key := c.Program + c.Scrollback
			bytes[key] = n
			sum[key] += n
			if c.Scrollback != "" {
				continue
			}
			g.Values = append(g.Values, plot.Value{Style: styles[c.Program], Amount: n})
		}
		slices.Reverse(g.Values) // gm's on top
		add(r.Recording, "gm", bytes)
		if off := "gm" + noScrollback; bytes[off] > 0 { // results of older versions have none
			add(r.Recording+", `"+noScrollback+"`", off, bytes)
		}
		d.Groups = append(d.Groups, g)
	}
	add("all", "gm", sum)
	if off := "gm" + noScrollback; sum[off] > 0 {
		add("all, `"+noScrollback+"`", off, sum)
	}
	return part{t, &plot.Figure{
		Title: "Bytes on the wire", Subtitle: "Both ways together, with IP headers", Note: m.note(), Legend: legend("gm", "mosh", "ssh"),
		Columns: 1, Panels: []plot.Panel{d},
	}}
}

// floodNames are the readable names of the kinds of text.
var floodNames = map[string]string{"words": "plain text", "dense": "dense colour", "rgb": "24-bit colour", "unicode": "Unicode"}

func floodPart(results []flooding, m machine) part {
	t := table{
		title: "A flood of output", machine: m,
		note: "A program writes 12 MB to its terminal, on this machine: how fast it can, and what the server computes. The median of\n" +
			"all tries. A reader of the same terminal that only discards is as fast as the kernel hands it out.",
	}
	rates := plot.Bars{Title: "How fast a program can write", X: plot.Axis{Label: "MB/s"}, Room: 110, Width: 330}
	costs := plot.Bars{Title: "What it costs the server", X: plot.Axis{Label: "ms of processor time per MB"}, Room: 110, Width: 330}
	for _, kind := range floodKinds {
		rate, cpu := map[string]cell{}, map[string]cell{}
		rateBars, costBars := plot.Group{Name: floodNames[kind]}, plot.Group{Name: floodNames[kind]}
		for _, f := range results {
			if f.Kind != kind {
				continue
			}
			v := stat.Of(f.Rate).Median()
			rate[f.Program] = cell{round(v), v}
			rateBars.Values = append(rateBars.Values, plot.Value{Style: styles[f.Program], Amount: v, Text: round(v)})
			if len(f.CPU) > 0 {
				v := stat.Of(f.CPU).Median()
				cpu[f.Program] = cell{round(v), v}
				costBars.Values = append(costBars.Values, plot.Value{Style: styles[f.Program], Amount: v, Text: round(v)})
			}
		}
		reader := fmt.Sprintf("%s, MB/s (the reader: %s; gm / reader: %s)", floodNames[kind], rate["reader"].text, ratio(rate["gm"], rate["reader"]))
		t.rows = append(t.rows, row{reader, rate["gm"], rate["mosh"], rate["ssh"]},
			row{floodNames[kind] + ", ms of the server per MB", cpu["gm"], cpu["mosh"], cpu["ssh"]})
		rates.Groups, costs.Groups = append(rates.Groups, rateBars), append(costs.Groups, costBars)
	}
	return part{t, &plot.Figure{
		Title: "A flood of output", Subtitle: "Median of all tries", Note: m.note(), Legend: legend("reader", "gm", "mosh", "ssh"),
		Columns: 2, Panels: []plot.Panel{rates, costs},
	}}
}

func memoryPart(results []residence, m machine) part {
	t := table{
		title: "Memory of a server", machine: m,
		note: "Proportional set size (PSS) of each, in kB: with a shell at its prompt, and after 20,000 lines of output.",
	}
	bars := plot.Bars{X: plot.Axis{Format: plot.Size}, Room: 250, Width: 380}
	cells := map[string]cell{}
	var counts []int
	for _, r := range results {
		cells[fmt.Sprint(r.Program, r.Servers, "fresh")] = cell{thousands(r.Fresh / 1000), r.Fresh}
		cells[fmt.Sprint(r.Program, r.Servers, "used")] = cell{thousands(r.Used / 1000), r.Used}
		if r.Program == "gm" {
			counts = append(counts, r.Servers)
		}
	}
	for _, n := range counts {
		for _, state := range []string{"fresh", "used"} {
			name := fmt.Sprintf("one of %d, ", n) + map[string]string{"fresh": "at the prompt", "used": "after 20,000 lines"}[state]
			gm, mosh := cells[fmt.Sprint("gm", n, state)], cells[fmt.Sprint("mosh", n, state)]
			t.rows = append(t.rows, row{name, gm, mosh, cell{}})
			bars.Groups = append(bars.Groups, plot.Group{Name: name, Values: []plot.Value{
				{Style: styles["gm"], Amount: gm.value, Text: plot.Size(gm.value)},
				{Style: styles["mosh"], Amount: mosh.value, Text: plot.Size(mosh.value)},
			}})
		}
	}
	return part{t, &plot.Figure{
		Title: "Memory of a server", Subtitle: "Proportional set size of each", Note: m.note(), Legend: legend("gm", "mosh"),
		Columns: 1, Panels: []plot.Panel{bars},
	}}
}

func idlePart(results []waiting, m machine) part {
	t := table{
		title: "A session that nobody uses", machine: m,
		note: "Packets, and wake-ups (context switches) of the processes, in a minute that follows one without input, over a link of 100 ms.",
	}
	get := func(what string, of func(waiting) float64) {
		cells := map[string]cell{}
		for _, w := range results {
			cells[w.Program] = cell{fmt.Sprintf("%.0f", of(w)), of(w)}
		}
		t.rows = append(t.rows, row{what, cells["gm"], cells["mosh"], cells["ssh"]})
	}
	get("packets to the host", func(w waiting) float64 { return w.Up })
	get("packets from the host", func(w waiting) float64 { return w.Down })
	get("wake-ups of the client", func(w waiting) float64 { return w.Client })
	get("wake-ups of the server", func(w waiting) float64 { return w.Server })
	return part{t, nil}
}

func sizePart(results []sized, m machine) part {
	t := table{
		title: "Size of the programs", machine: m,
		note: "In kB. gm needs nothing beside it; the others need libraries that are not counted here, and mosh needs Perl and ssh.",
	}
	at := func(names ...string) (c cell) {
		for _, s := range results {
			for _, name := range names {
				if s.Program == name {
					c.value += float64(s.Bytes)
				}
			}
		}
		return cell{thousands(c.value / 1000), c.value}
	}
	t.rows = []row{
		{"client and server", at("gm"), at("mosh-client", "mosh-server"), at("ssh", "sshd")},
		{"server only", at("gm, server only"), at("mosh-server"), at("sshd")},
	}
	return part{t, nil}
}

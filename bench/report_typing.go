//go:build linux

package main

import (
	"fmt"
	"regexp"
	"strings"

	"gm/bench/plot"
	"gm/bench/stat"
)

// styles are the line styles of the programs in every figure.
var styles = map[string]plot.Style{"gm": plot.Blue, "mosh": plot.Vermillion, "ssh": plot.Gray, "reader": plot.Green}

func (c contestant) style() plot.Style {
	switch {
	case c.Path == throughSSH:
		return plot.Green
	case c.Predict == "adaptive":
		return styles[c.Program].Dash()
	}
	return styles[c.Program]
}

var rateUnit = regexp.MustCompile(`(\d)([kM])\b`)

// linkName returns a readable name for a link in the syntax of simnet.Parse.
func linkName(link string) string {
	link = rateUnit.ReplaceAllString(link, "$1 ${2}bit/s")
	return strings.NewReplacer("rtt=", "", "ms", " ms", "loss=", "", "%", "% lost each way", "rate=", "", ",", ", ").Replace(link)
}

func latencyPart(results []overLink, m machine) part {
	t := table{
		title:   "Keystroke latency",
		machine: m,
		note: "From a key to its echo on the user's screen, while typing a key every 120 ms into a program that only\n" +
			"reads: median / mean / 99th percentile. The ratios are of the medians, and with prediction of the means. ssh has none.\n" +
			"Through SSH is `gm --path=ssh`, without prediction. The packets are those of both ways together while typing, without\n" +
			"prediction.",
	}
	f := &plot.Figure{Title: "From a key to its echo", Subtitle: "Share of keystrokes shown within a time", Note: m.note(), Columns: 3}
	for _, l := range results {
		t.rows = append(t.rows, l.rows()...)
		f.Panels = append(f.Panels, l.panel())
	}
	t.rows = append(t.rows, shownAtOnce(results))
	if len(results) > 0 {
		for _, y := range results[0].Typing {
			f.Legend = append(f.Legend, plot.Entry{Name: y.name(), Style: y.style(), Curve: true})
		}
	}
	return part{t, f}
}

func (l overLink) rows() (rows []row) {
	cells, means, packets := map[string]cell{}, map[string]cell{}, map[string]cell{}
	for _, y := range l.Typing {
		s := stat.Of(y.Took)
		key := y.Program + y.Predict + y.Path
		text := fmt.Sprintf("%s / %s / %s", round(s.Median()), round(s.Mean()), round(s.Quantile(0.99)))
		cells[key], means[key] = cell{text, s.Median()}, cell{text, s.Mean()}
		packets[key] = cell{fmt.Sprintf("%.2f", y.Packets), y.Packets}
	}
	link := linkName(l.Link)
	rows = []row{
		{link + ", no prediction", cells["gmnever"], cells["moshnever"], cells["ssh"]},
		{link + ", adaptive", means["gmadaptive"], means["moshadaptive"], means["ssh"]},
	}
	if _, ok := cells["gmneverssh"]; ok {
		rows = append(rows, row{link + ", through SSH", cells["gmneverssh"], cell{}, cells["ssh"]})
	}
	if packets["gmnever"].value > 0 { // results of older versions have none
		rows = append(rows, row{link + ", packets for each key", packets["gmnever"], packets["moshnever"], packets["ssh"]})
	}
	if through := packets["gmneverssh"]; through.value > 0 {
		rows = append(rows, row{link + ", through SSH, packets for each key", through, cell{}, packets["ssh"]})
	}
	return rows
}

// atOnce is the longest delay in ms that a person perceives as immediate.
const atOnce = 50

// shownAtOnce returns the share of keys, over all links with prediction, that were shown
// at once.
func shownAtOnce(results []overLink) row {
	took := map[string][]float64{}
	for _, l := range results {
		for _, y := range l.Typing {
			key := y.Program + y.Predict + y.Path
			took[key] = append(took[key], y.Took...)
		}
	}
	at := func(name string) cell {
		if len(took[name]) == 0 {
			return cell{}
		}
		return cell{text: plot.Percent(stat.Of(took[name]).Within(atOnce))} // without a ratio
	}
	return row{fmt.Sprintf("all, adaptive: shown within %d ms", atOnce), at("gmadaptive"), at("moshadaptive"), at("ssh")}
}

func (l overLink) panel() plot.Panel {
	p := plot.Lines{
		Title: linkName(l.Link),
		X:     plot.Axis{Min: 0.1, Max: 20_000, Log: true, Format: plot.Duration},
		Y:     plot.Axis{Max: 1, Format: plot.Percent},
	}
	for _, y := range l.Typing {
		xs, ys := stat.Of(y.Took).CDF()
		p.Series = append(p.Series, plot.Curve{Style: y.style(), Xs: xs, Ys: ys})
	}
	return p
}

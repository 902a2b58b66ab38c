//go:build linux

package main

import (
	"fmt"

	"gm/bench/stat"
)

func streamsPart(results streaming, m machine) part {
	t := table{
		title: "Streams", machine: m, others: [2]string{"ssh, bbr", "ssh, cubic"},
		note: "`gmssh host cat FILE` beside `ssh host cat FILE`: MB/s of a file of 20 MB of random bytes from the first byte on, the median\n" +
			"of all tries; a try ends after 20 s. The TCP of sshd has the congestion control of the column, that of Linux or cubic. Beside\n" +
			"an upload through a forwarded port (`-L`) of the same session, for which the TCP of ssh has it: from a key to its echo,\n" +
			"median / 99th percentile. On loopback, `cat /dev/zero`: the processor time is that of client and server. The first byte,\n" +
			"or the end of `true`, comes after a login to a host that has gm's server.",
	}
	for _, l := range results.Links {
		t.rows = append(t.rows, l.row())
	}
	t.rows = append(t.rows, results.Upload.rows()...)
	t.rows = append(t.rows, pourRows(results.Pours)...)
	t.rows = append(t.rows, startRows(results.Firsts)...)
	return part{t, nil}
}

func (l streamedOver) row() row {
	cells := map[streamer]cell{}
	for _, d := range l.Downloads {
		cells[d.streamer] = d.Rate.cell()
	}
	return streamRow(linkName(l.Link)+": MB/s", cells)
}

func streamRow(what string, cells map[streamer]cell) row {
	return row{what, cells[streamers[0]], cells[streamers[1]], cells[streamers[2]]}
}

// cell returns the median, with the number of failed runs if there are any.
func (r runs) cell() cell {
	all := len(r.Values) + len(r.Failed)
	switch {
	case all == 0:
		return cell{}
	case len(r.Values) == 0:
		return cell{text: "failed"}
	}
	c := medianCell(r.Values, round)
	if len(r.Failed) > 0 {
		c.text += fmt.Sprintf(" (%d of %d failed)", len(r.Failed), all)
	}
	return c
}

func (r uploadedOver) rows() []row {
	keys, rates := map[streamer]cell{}, map[streamer]cell{}
	for _, u := range r.Uploads {
		if u.Failed != "" {
			keys[u.streamer] = cell{text: "failed"}
			continue
		}
		s := stat.Of(u.Took)
		keys[u.streamer] = cell{round(s.Median()) + " / " + round(s.Quantile(0.99)), s.Median()}
		rates[u.streamer] = cell{round(u.Rate), u.Rate}
	}
	link := linkName(r.Link)
	return []row{streamRow(link+": key to echo beside an upload", keys), streamRow(link+": the upload, MB/s", rates)}
}

func pourRows(results []pouring) []row {
	rates, cpu := map[string]cell{}, map[string]cell{}
	for _, p := range results {
		rates[p.Program], cpu[p.Program] = p.Rate.cell(), p.CPU.cell()
	}
	return []row{
		{"loopback: MB/s", rates["gm"], rates["ssh"], cell{}},
		{"loopback: processor time, ns a byte", cpu["gm"], cpu["ssh"], cell{}},
	}
}

// startRows returns a row for each command at each place, in the order of the results.
func startRows(results []starting) (rows []row) {
	for _, r := range results {
		what := linkName(r.Place) + ": " + r.Command
		if len(rows) == 0 || rows[len(rows)-1].what != what {
			rows = append(rows, row{what: what})
		}
		last := &rows[len(rows)-1]
		if r.Program == "gm" {
			last.gm = r.Took.cell()
		} else {
			last.first = r.Took.cell()
		}
	}
	return rows
}

//go:build linux

package main

import (
	"cmp"
	"fmt"
	"math"
	"strings"
)

// table has the measurements of each program and gm's ratios to the others.
type table struct {
	title   string
	note    string
	machine machine
	others  [2]string // the programs beside gm; mosh and ssh if they are empty
	rows    []row
}

// row is one measurement of gm and of the two others.
type row struct {
	what              string
	gm, first, second cell
}

// cell is a measurement as text, with the number from which ratios are made. The zero
// cell is empty.
type cell struct {
	text  string
	value float64
}

func (t table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\nMeasured: %s.\n\n", t.title, t.note, t.machine)
	first, second := cmp.Or(t.others[0], "mosh"), cmp.Or(t.others[1], "ssh")
	fmt.Fprintf(&b, "| | gm | %s | %s | gm / %s | gm / %s |\n| --- | ---: | ---: | ---: | ---: | ---: |\n", first, second, first, second)
	for _, r := range t.rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.what, r.gm.text, r.first.text, r.second.text, ratio(r.gm, r.first), ratio(r.gm, r.second))
	}
	return b.String()
}

func ratio(ours, theirs cell) string {
	r := ours.value / theirs.value
	if ours.text == "" || theirs.text == "" || math.IsNaN(r) || math.IsInf(r, 0) {
		return ""
	}
	return fmt.Sprintf("%.2f", r)
}

// round formats a number with about three digits.
func round(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func thousands(n float64) string {
	s := fmt.Sprintf("%.0f", n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

package main

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestFiguresAreMeasured checks that each number with a unit, in the tables that compare gm
// with mosh and ssh, is in bench/results, as far as it is written out.
func TestFiguresAreMeasured(t *testing.T) {
	var measured []float64
	for _, m := range regexp.MustCompile(`[0-9][0-9,]*(\.[0-9]+)?`).FindAllString(read(t, "bench/results/README.md"), -1) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(m, ",", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		measured = append(measured, n)
	}
	// The unit of bench/results is ms, MB/s, %, kB, or bytes.
	factors := map[string][]float64{"ms": {1}, "s": {1000}, "MB/s": {1}, "%": {1}, "MB": {1000}, "kB": {1, 1000}}
	figure := regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?) ?(ms|s|MB/s|%|MB|kB)(?:[ |,)]|$)`)
	for _, page := range []string{"README.md", "doc/comparison.md"} {
		_, table, ok := strings.Cut(read(t, page), "\n| | gm | mosh 1.4.0 | ssh |\n")
		table, _, _ = strings.Cut(table, "\n\n")
		figures := 0
		for line := range strings.Lines(table) {
			_, cells, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
			for _, m := range figure.FindAllStringSubmatch(cells, -1) {
				figures++
				if !isMeasured(measured, m[1], factors[m[2]]) {
					t.Errorf("%s: %s %s is not in bench/results: %s", page, m[1], m[2], line)
				}
			}
		}
		if !ok || figures < 10 {
			t.Errorf("%s has %d figures", page, figures)
		}
	}
}

// isMeasured reports whether a number, times one of factors, is one of measured, rounded to the digits
// of text.
func isMeasured(measured []float64, text string, factors []float64) bool {
	n, _ := strconv.ParseFloat(text, 64)
	_, decimals, _ := strings.Cut(text, ".")
	for _, factor := range factors {
		half := factor * math.Pow(10, -float64(len(decimals))) / 2
		for _, m := range measured {
			if math.Abs(m-n*factor) <= half*1.0001 {
				return true
			}
		}
	}
	return false
}

package vt

import "strings"

// RowText gives the text of row y without the blanks at its end. A wide
// character is there once.
func (s *Screen) RowText(y int) string {
	var line []byte
	for x := range s.cols {
		line = s.AppendText(line, s.Cell(x, y))
	}
	return strings.TrimRight(string(line), " ")
}

// Text gives the rows with a newline between them, without the empty ones at
// the end.
func (s *Screen) Text() string {
	var lines []string
	for y := range s.rows {
		lines = append(lines, s.RowText(y))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gm/bench/plot"
)

// part is the report of one section.
type part struct {
	table  table
	figure *plot.Figure // nil if there is none
}

// makers make the reports of the sections.
var makers = map[string]func(dir, name string) (p part, there bool, err error){
	"latency": making(latencyPart), "connect": making(connectPart), "bytes": making(bytesPart),
	"flood": making(floodPart), "scrollback": making(scrollbackPart), "memory": making(memoryPart), "idle": making(idlePart), "streams": making(streamsPart), "pictures": making(picturesPart), "size": making(sizePart),
}

// making reads the results for a part.
func making[T any](make func(T, machine) part) func(dir, name string) (part, bool, error) {
	return func(dir, name string) (p part, there bool, err error) {
		result, m, there, err := load[T](dir, name)
		if there && err == nil {
			p = make(result, m)
		}
		return p, there, err
	}
}

const reportHead = `# gm beside mosh and ssh

Made by ` + "`make bench`" + `, which runs the real programs one beside the other on one
machine; ` + "`make bench ONLY=latency`" + ` measures one part again. Times are in ms,
smaller is better everywhere but in MB/s. A ratio below 1 is gm's advantage there, above
1 in MB/s.

`

func report(dir string) error {
	var text strings.Builder
	text.WriteString(reportHead)
	for _, s := range sections {
		p, there, err := makers[s.name](dir, s.name)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if !there {
			continue
		}
		text.WriteString(p.table.markdown() + "\n")
		if p.figure == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, s.name+".svg"), p.figure.SVG(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&text, "![%s](%s.svg)\n\n", p.table.title, s.name)
	}
	return os.WriteFile(filepath.Join(dir, "README.md"), []byte(strings.TrimRight(text.String(), "\n")+"\n"), 0o644)
}

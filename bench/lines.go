//go:build linux

package main

import (
	"fmt"
	"os"
	"time"
)

// Kinds of numbered lines.
const (
	numberLines = "numbers" // as of seq, all at once
	buildLines  = "build"   // as of a build, buildRate a second
)

// buildRate is the number of lines a second of buildLines, which are written every
// buildPause.
const (
	buildRate  = 1000
	buildPause = 10 * time.Millisecond
)

// readyText is on the screen once playLines waits for its key.
const readyText = "ready"

// playLines writes lines with the numbers 1 to count when a key is typed. Then it waits to
// be killed.
func playLines(kind string, count int) error {
	fmt.Print(readyText + "\r\n")
	if err := awaitKey(' '); err != nil {
		return err
	}
	write := writeNumbers
	if kind == buildLines {
		write = writeBuild
	}
	if err := write(count); err != nil {
		return err
	}
	return awaitKey(0)
}

func writeNumbers(count int) error {
	var text []byte
	for n := range count {
		text = fmt.Appendf(text, "%d\r\n", n+1)
	}
	_, err := os.Stdout.Write(text)
	return err
}

func writeBuild(count int) error {
	begin := time.Now()
	ticker := time.NewTicker(buildPause)
	defer ticker.Stop()
	var text []byte
	for n := 0; n < count; {
		now := <-ticker.C
		due := int(now.Sub(begin) * buildRate / time.Second)
		for text = text[:0]; n < min(due, count); n++ {
			text = append(appendBuildLine(text, n+1, count), "\r\n"...)
		}
		if _, err := os.Stdout.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// Words of the lines of a build.
var (
	buildFolders = []string{"net", "crypto", "render", "storage", "widgets", "audio", "parser"}
	buildNames   = []string{"index", "socket", "buffer", "table", "cursor", "handle", "region", "stream", "window", "packet", "cipher"}
)

// appendBuildLine appends line n of count: a compiled file, in colour. No two have the same
// file.
func appendBuildLine(dst []byte, n, count int) []byte {
	folder, name := buildFolders[n*n%len(buildFolders)], buildNames[n*7%len(buildNames)]
	return fmt.Appendf(dst, "[%4d/%d] \x1b[32mCXX\x1b[m out/release/obj/%s/%s_%04x.o", n, count, folder, name, n*40_503&0xffff)
}

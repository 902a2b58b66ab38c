package archive

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"iter"
	"math/bits"
	"os/exec"
	"slices"

	"gm/sshboot/payload"
	"gm/sshboot/payload/filter"
)

// Program is a program to pack.
type Program struct {
	Platform payload.Platform
	Content  []byte
}

// stream returns the name of the stream of p: its architecture if several systems have it,
// otherwise "others". Programs of one stream share text and tables, which are a fifth of
// each.
func (p Program) stream() string {
	switch p.Platform.Arch {
	case "386", "amd64", "arm", "arm64":
		return p.Platform.Arch
	}
	return "others"
}

// Write packs programs that were built from sources with the given hash
// (payload.SourceHash). Within a stream they keep their order, and the first ones are
// fastest to open. The output is deterministic.
func Write(w io.Writer, sources string, programs []Program) error {
	var index, streams bytes.Buffer
	fmt.Fprintf(&index, "%s %s\n", sourcesLine, sources)
	sorted := slices.Clone(programs)
	slices.SortStableFunc(sorted, func(a, b Program) int { return cmp.Compare(a.stream(), b.stream()) })
	for group := range chunks(sorted) {
		name := group[0].stream()
		for _, p := range group {
			fmt.Fprintf(&index, "%s %s %d %x\n", name, p.Platform, len(p.Content), sha256.Sum256(p.Content))
		}
		start := streams.Len()
		if err := pack(&streams, group); err != nil {
			return fmt.Errorf("pack the stream %s: %w", name, err)
		}
		fmt.Fprintf(&index, "%s %d\n", name, streams.Len()-start)
	}
	fmt.Fprintln(&index)
	_, err := io.Copy(w, io.MultiReader(&index, &streams))
	return err
}

func chunks(sorted []Program) iter.Seq[[]Program] {
	return func(yield func([]Program) bool) {
		for len(sorted) > 0 {
			n := slices.IndexFunc(sorted, func(p Program) bool { return p.stream() != sorted[0].stream() })
			if n < 0 {
				n = len(sorted)
			}
			if !yield(sorted[:n]) {
				return
			}
			sorted = sorted[n:]
		}
	}
}

// pack writes a stream. It runs xz, because its encoder compresses a third better than
// those in Go.
func pack(w io.Writer, group []Program) error {
	var programs bytes.Buffer
	for _, p := range group {
		programs.Write(filter.Pack(p.Content, p.Platform.Arch))
	}
	cmd := exec.Command("xz", "--format=raw", "--stdout", "--no-warn", options(group[0].stream(), programs.Len()))
	var complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &programs, w, &complaint
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run xz: %w %s", err, complaint.Bytes())
	}
	return nil
}

// options returns the options of xz for the instructions in a stream: with instructions of
// fixed length, positions modulo four matter. The dictionary covers the whole stream.
func options(stream string, size int) string {
	model := "lc=2,lp=2,pb=2"
	switch stream {
	case "amd64", "386":
		model = "lc=3,lp=0,pb=0"
	}
	return fmt.Sprintf("--lzma2=preset=9e,dict=%d,%s", max(1<<bits.Len(uint(size)), minDictionary), model)
}

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
)

// Program is one to be packed.
type Program struct {
	Platform payload.Platform
	Content  []byte
}

// stream names the stream that p is in: the one of its architecture if several
// systems have that, and one for all others. They share their text and tables,
// a fifth of each.
func (p Program) stream() string {
	switch p.Platform.Arch {
	case "386", "amd64", "arm", "arm64":
		return p.Platform.Arch
	}
	return "others"
}

// Write packs programs that were made of sources with that hash
// (payload.SourceHash); the most wanted ones of a stream come first. The result
// depends on nothing else.
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

// chunks gives runs of programs of the same stream.
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

// pack writes a stream. It runs xz, whose encoder finds a third more than those
// in Go.
func pack(w io.Writer, group []Program) error {
	var programs bytes.Buffer
	for _, p := range group {
		programs.Write(p.Content)
	}
	cmd := exec.Command("xz", "--format=lzma", "--stdout", "--no-warn", filter(group[0].stream(), programs.Len()))
	var complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &programs, w, &complaint
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run xz: %w %s", err, complaint.Bytes())
	}
	return nil
}

// filter is the option of xz that suits the instructions in a stream: with fixed
// lengths, positions matter modulo four. The dictionary holds all.
func filter(stream string, size int) string {
	model := "lc=2,lp=2,pb=2"
	switch stream {
	case "amd64", "386":
		model = "lc=3,lp=0,pb=0"
	}
	return fmt.Sprintf("--lzma1=preset=9e,dict=%d,%s", max(1<<bits.Len(uint(size)), minDictionary), model)
}

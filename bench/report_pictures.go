//go:build linux

package main

import (
	"slices"

	"gm/bench/stat"
)

func picturesPart(results picturedOver, m machine) part {
	t := table{
		title: "Pictures", machine: m,
		note: "Ten different pictures in a session over one slow link: bytes of IP packets, both ways together, and ms from the command\n" +
			"until the last picture is whole in the user's terminal, which has kitty's graphics protocol. Those of chafa have its size\n" +
			"24x8. Pictures that replace one another come 200 ms apart. Then from a key to its echo, beside the ten of 40 kB and beside\n" +
			"a download through a forwarded port (`-L`) of the same session: median / 99th percentile. mosh shows no pictures.",
	}
	for _, kind := range pictureKinds {
		name := linkName(results.Link) + ", " + kind.name + ": "
		t.rows = append(t.rows, results.row(name+"bytes", func(p picturing) cell { return p.shown(kind, bytesCell) }),
			results.row(name+"ms", func(p picturing) cell { return p.shown(kind, tookCell) }))
	}
	for _, beside := range []string{besideNothing, besidePictures, besideDownload} {
		t.rows = append(t.rows, results.row(linkName(results.Link)+": key to echo beside "+beside, func(p picturing) cell { return p.typed(beside, keysCell) }))
	}
	t.rows = append(t.rows, results.row(linkName(results.Link)+": the download, kB/s", func(p picturing) cell { return p.typed(besideDownload, rateCell) }))
	return part{t, nil}
}

func (r picturedOver) row(what string, of func(picturing) cell) row {
	cells := map[string]cell{}
	for _, p := range r.Programs {
		cells[p.Program] = of(p)
	}
	return row{what, cells["gm"], cell{}, cells["ssh"]}
}

func (p picturing) shown(kind pictureKind, of func(showing) cell) cell {
	i := slices.IndexFunc(p.Shown, func(s showing) bool { return s.Kind == kind.name })
	if i < 0 {
		return p.missing()
	}
	return of(p.Shown[i])
}

func (p picturing) typed(beside string, of func(typedBeside) cell) cell {
	i := slices.IndexFunc(p.Typed, func(b typedBeside) bool { return b.Beside == beside })
	if i < 0 {
		return p.missing()
	}
	return of(p.Typed[i])
}

func (p picturing) missing() cell {
	if p.Failed != "" {
		return cell{text: "failed"}
	}
	return cell{}
}

func bytesCell(s showing) cell { return cell{thousands(s.Bytes), s.Bytes} }
func tookCell(s showing) cell  { return cell{round(s.Took), s.Took} }

func keysCell(b typedBeside) cell {
	s := stat.Of(b.Took)
	return cell{round(s.Median()) + " / " + round(s.Quantile(0.99)), s.Median()}
}

func rateCell(b typedBeside) cell { return cell{round(b.Rate), b.Rate} }

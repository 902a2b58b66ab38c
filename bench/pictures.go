//go:build linux

package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"gm/bench/netlab"
	"gm/vt"
	"gm/wire/simnet"
)

// picturedOver is the results of all programs with pictures over one link.
type picturedOver struct {
	Link     string
	Programs []picturing
}

// picturing is the results of one program.
type picturing struct {
	Program string
	Shown   []showing
	Typed   []typedBeside
	Failed  string `json:",omitempty"`
}

// showing is the cost of ten pictures.
type showing struct {
	Kind  string
	Bytes float64 // of IP, both ways together
	Took  float64 // ms from the command until the last one is whole
}

// typedBeside is the outcome of typing beside something else in the same session.
type typedBeside struct {
	Beside string
	Took   []float64 // ms from a key to its echo
	Rate   float64   // of the download, in kB/s
}

// What is typed beside.
const (
	besideNothing  = "nothing"
	besidePictures = "ten pictures"
	besideDownload = "a download"
)

// pictures measures each program alone, because they would share the rate of the link.
func (b *bench) pictures() (r picturedOver, err error) {
	config, err := simnet.Parse(b.pictureLink)
	if err != nil {
		return r, err
	}
	dir := filepath.Join(b.dir, "pictures")
	if err := writePictures(dir); err != nil {
		return r, err
	}
	r.Link = b.pictureLink
	for _, program := range []string{"gm", "ssh"} {
		p := picturing{Program: program}
		if err := b.picturesOver(config, dir, &p); err != nil {
			p.Failed = err.Error()
		}
		r.Programs = append(r.Programs, p)
	}
	return r, nil
}

func (b *bench) picturesOver(config simnet.Config, dir string, p *picturing) error {
	defer b.reap()
	g, err := b.newFarTestbed(config, 1)
	if err != nil {
		return err
	}
	defer g.close()
	k, err := g.newService(pour)
	if err != nil {
		return err
	}
	defer k.listener.Close()
	x, err := g.openGallery(p.Program, dir, k.port())
	if err != nil {
		return err
	}
	defer x.close()
	if _, err := x.awaitText(readyText); err != nil {
		return err
	}
	x.typed = x.cursor()
	if err := g.degrade(); err != nil {
		return err
	}
	p.typeBeside(x, besideNothing)
	for _, kind := range pictureKinds {
		if err := p.show(x, kind); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	return p.typeBesideStreams(x, g.site)
}

// show has the program show the pictures of a kind, and adds what they cost.
func (p *picturing) show(x *gallery, kind pictureKind) error {
	if err := x.clear(); err != nil {
		return err
	}
	before, begin := x.traffic(), time.Now()
	if err := x.typeKeys(kind.key); err != nil {
		return err
	}
	at, err := x.await("the pictures", x.shows(kind))
	if err != nil {
		return err
	}
	time.Sleep(rest)
	f := x.traffic().Minus(before)
	p.Shown = append(p.Shown, showing{kind.name, float64(f.Up.Bytes + f.Down.Bytes), milliseconds(at.Sub(begin))})
	return nil
}

func (p *picturing) typeBesideStreams(x *gallery, s *site) error {
	if err := x.clear(); err != nil {
		return err
	}
	if err := x.typeKeys(picturesBeside.key); err != nil {
		return err
	}
	p.typeBeside(x, besidePictures)
	if _, err := x.await("the pictures", x.shows(picturesBeside)); err != nil {
		return err
	}
	stop, received, err := s.startDownload()
	if err != nil {
		return err
	}
	defer stop()
	time.Sleep(s.b.uploadLead)
	begin, before := time.Now(), received()
	p.typeBeside(x, besideDownload)
	rate := float64(received()-before) / 1e3 / time.Since(begin).Seconds()
	if p.Typed[len(p.Typed)-1].Rate = rate; rate == 0 {
		return fmt.Errorf("the download stands still; the screen is\n%s", x.text())
	}
	return nil
}

func (p *picturing) typeBeside(x *gallery, what string) {
	y := &typist{player: x.player, start: x.typed, keys: x.keys}
	y.typeKeys()
	x.typed += x.keys
	p.Typed = append(p.Typed, typedBeside{Beside: what, Took: y.result.Took})
}

// gallery is a session of playPictures, on a terminal that shows pictures.
type gallery struct {
	*player
	keys  int // of one measurement
	typed int // the cell of the next key, counted from the upper left
}

func (g *labTestbed) openGallery(program, dir string, port int) (*gallery, error) {
	forward := fmt.Sprintf("%d:127.0.0.1:%d", forwardedPort, port)
	command := []string{g.b.self, playerWord, "pictures", dir}
	argv, service := []string{"ssh", "-F", g.site.config, "-t", "-L", forward, "bench", quoteAll(command)}, netlab.TCP(sshPort)
	if program == "gm" {
		argv = g.commandLine(program, []string{"-p", strconv.Itoa(firstPort), "--predict=never", "-L", forward}, command...)
		service = netlab.UDP(firstPort)
	}
	x, err := g.b.openOn(g.near(), newGalleryScreen(), argv)
	if err != nil {
		return nil, err
	}
	traffic := func() netlab.Flow { return g.lab.Traffic()[service] }
	return &gallery{player: &player{terminal: x, contestant: contestant{Program: program}, traffic: traffic}, keys: g.b.pictureKeys}, nil
}

func newGalleryScreen() *vt.Terminal {
	screen := vt.NewTerminal(typistCols, typistRows, vt.Options{Pictures: true})
	screen.SetCapabilities(vt.Capabilities{
		Features: vt.FeaturePictures, Cell: vt.Pixels{Width: cellWidth, Height: cellHeight},
		Text: vt.Pixels{Width: typistCols * cellWidth, Height: typistRows * cellHeight},
	})
	return screen
}

// clear has the program remove its pictures.
func (x *gallery) clear() error {
	if err := x.typeKeys(clearKey); err != nil {
		return err
	}
	_, err := x.await("screen without pictures", func(s *vt.Screen) bool { return len(s.Pictures()) == 0 })
	time.Sleep(rest)
	return err
}

// shows returns a condition: all pictures of a kind are on the screen, or the last one if it
// has replaced the others, and they are whole.
func (x *gallery) shows(kind pictureKind) func(*vt.Screen) bool {
	return func(s *vt.Screen) bool {
		whole := make(map[uint32]bool)
		last := false
		for _, p := range s.Pictures() {
			if x.screen.Placement(p.Number) != nil {
				whole[p.Number] = true
				last = last || p.Cols == lastCols
			}
		}
		return len(whole) == pictureCount || kind.replaced && last
	}
}

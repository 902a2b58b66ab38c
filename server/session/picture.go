package session

import (
	"slices"
	"time"

	"gm/vt"
	"gm/vt/picture"
	"gm/wire/state"
	"gm/wire/stream"
)

// pictureFeed sends a client the pictures that its screen shows, the newest first.
type pictureFeed struct {
	placed map[uint32]bool // the numbers of those that the client has or gets
	images []sentImage     // and their data, the oldest first
	bytes  int             // of images

	screen *vt.Screen // the newest one that the client gets
	shown  []uint32   // the pictures on it, the newest first

	sending []*delivery
	packing time.Time // when more of one is compressed; zero if none is
}

// delivery is a picture on its way.
type delivery struct {
	*stream.Stream
	number uint32
	hash   string // of the image whose data are in the stream; empty for none
	unsent []byte // that the stream does not have
	closed bool
}

// maxStreams bounds the pictures on their way.
const maxStreams = 8

// packStep is the bytes of an image that are compressed in one turn, which takes 5 ms, and
// packPause the time until the next one.
const (
	packStep  = 256 << 10
	packPause = time.Millisecond
)

// sentImage is an image whose data the client has or gets.
type sentImage struct {
	hash  string
	bytes int
}

// maxPlaced is the number of placements of a client from which on those that it shows are sent
// again, without data: it drops the oldest that have come.
const maxPlaced = 2048

// sendPictures sends what has room in the streams: a picture once the newer ones are in theirs.
func (a *Attachment) sendPictures(now time.Time) {
	f := &a.pictures
	f.packing = time.Time{}
	if !a.extensions.Has(state.ExtPictures) || a.Streams() == nil || !a.Attached() {
		return
	}
	f.look(a.session.term, a.frames.last.Screen)
	f.discard()
	for _, number := range f.shown {
		d := f.delivery(number)
		if d == nil {
			d = f.begin(now, a, number)
		}
		if !f.packing.IsZero() || d != nil && !f.write(d) {
			return
		}
	}
}

// look notes the pictures on a screen. Placeholders without a placement are none.
func (f *pictureFeed) look(t *vt.Terminal, s *vt.Screen) {
	if s == f.screen {
		return
	}
	f.screen, f.shown = s, f.shown[:0]
	seen := make(map[uint32]bool)
	for _, p := range s.Pictures() {
		if !seen[p.Number] && t.Placement(p.Number) != nil {
			seen[p.Number] = true
			f.shown = append(f.shown, p.Number)
		}
	}
	slices.SortFunc(f.shown, newestFirst)
	if len(f.placed) > max(maxPlaced, len(f.shown)+maxPlaced/2) {
		f.placed = nil
	}
}

// newestFirst compares numbers of placements, which have 24 bits and begin anew after the last
// one (as in RFC 1982).
func newestFirst(a, b uint32) int { return int(int32((b - a) << 8)) }

// discard drops the deliveries that have ended at both ends, and resets those of pictures that
// are shown no more. One that is all on its way is let be.
func (f *pictureFeed) discard() {
	f.sending = slices.DeleteFunc(f.sending, func(d *delivery) bool {
		if d.Over() {
			return true
		}
		if len(d.unsent)+d.Unsent() == 0 || slices.Contains(f.shown, d.number) {
			return false
		}
		d.Reset(codeCancelled, "")
		delete(f.placed, d.number)
		f.removeImage(d.hash)
		return true
	})
}

func (f *pictureFeed) delivery(number uint32) *delivery {
	for _, d := range f.sending {
		if d.number == number {
			return d
		}
	}
	return nil
}

// write moves bytes into the stream of a picture. It reports whether the next one may follow.
// No more is in the streams of all than fills the path, as a newer picture may come.
func (f *pictureFeed) write(d *delivery) bool {
	if d.closed {
		return true
	}
	room := d.Room()
	for _, other := range f.sending {
		if other != d {
			room -= other.Unsent()
		}
	}
	n, err := d.Write(d.unsent[:min(len(d.unsent), max(room, 0))])
	if d.unsent = d.unsent[n:]; err == nil && len(d.unsent) > 0 {
		return false
	}
	d.CloseWrite()
	d.unsent, d.closed = nil, true
	return true
}

// begin begins to send a picture; nil if the client has it, or if it has to wait.
func (f *pictureFeed) begin(now time.Time, a *Attachment, number uint32) *delivery {
	p := a.session.term.Placement(number)
	if p == nil || f.placed[number] || len(f.sending) >= maxStreams {
		return nil
	}
	if !a.session.term.PackPicture(p, packStep) {
		f.packing = now.Add(packPause)
		return nil
	}
	if f.delivers(p.Image.Hash) {
		return nil
	}
	forgotten, ok := f.makeRoom(a, p.Image)
	if !ok {
		return nil
	}
	d := &delivery{number: number}
	if !f.has(p.Image.Hash) {
		d.hash, d.unsent = p.Image.Hash, p.Image.Data
		f.images = append(f.images, sentImage{d.hash, len(d.unsent)})
		f.bytes += len(d.unsent)
	}
	if f.placed == nil {
		f.placed = make(map[uint32]bool)
	}
	f.placed[number] = true
	d.Stream = a.Streams().Open(picture.StreamKind, picture.Target{Placement: p, Forgotten: forgotten}.Append(nil))
	d.Background = true
	f.sending = append(f.sending, d)
	return d
}

// delivers reports whether an image is on its way. Its other placements wait for it, as
// streams arrive in any order.
func (f *pictureFeed) delivers(hash string) bool {
	return slices.ContainsFunc(f.sending, func(d *delivery) bool { return d.hash == hash })
}

func (f *pictureFeed) has(hash string) bool {
	return slices.ContainsFunc(f.images, func(i sentImage) bool { return i.hash == hash })
}

// makeRoom returns the images that the client is to forget for another one. ok is false if
// those that it shows, and those on their way, leave no room.
func (f *pictureFeed) makeRoom(a *Attachment, m *picture.Image) (forgotten []string, ok bool) {
	if f.has(m.Hash) {
		return nil, true
	}
	kept := make(map[string]bool)
	for _, n := range f.shown {
		if p := a.session.term.Placement(n); p != nil && f.placed[n] {
			kept[p.Image.Hash] = true
		}
	}
	room := picture.MaxMemory - f.bytes - len(m.Data)
	for _, i := range f.images {
		if room >= 0 {
			break
		}
		if !kept[i.hash] && !f.delivers(i.hash) && len(forgotten) < picture.MaxForgotten {
			forgotten = append(forgotten, i.hash)
			room += i.bytes
		}
	}
	if room < 0 {
		return nil, false
	}
	for _, hash := range forgotten {
		f.forgetImage(a, hash)
	}
	return forgotten, true
}

// forgetImage notes that the client is to forget an image and its placements.
func (f *pictureFeed) forgetImage(a *Attachment, hash string) {
	f.removeImage(hash)
	for n := range f.placed {
		if p := a.session.term.Placement(n); p == nil || p.Image.Hash == hash {
			delete(f.placed, n)
		}
	}
}

func (f *pictureFeed) removeImage(hash string) {
	f.images = slices.DeleteFunc(f.images, func(i sentImage) bool {
		if i.hash == hash {
			f.bytes -= i.bytes
		}
		return i.hash == hash
	})
}

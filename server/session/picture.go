package session

import (
	"maps"
	"slices"

	"gm/vt"
	"gm/vt/picture"
	"gm/wire/state"
	"gm/wire/stream"
)

// pictureFeed sends a client the pictures that its screen shows, one at a time.
type pictureFeed struct {
	placed map[uint32]bool // the numbers of those that the client has
	images []sentImage     // and their data, the oldest first
	bytes  int             // of images

	screen *vt.Screen // the newest one that the client gets
	shown  []uint32   // the pictures on it, the newest first

	number uint32         // of the one that is written into its stream
	stream *stream.Stream // nil if none is
	hash   string         // as in delivery
	unsent []byte
	others []delivery // those whose bytes are all in their streams
}

// delivery is a picture on its way.
type delivery struct {
	*stream.Stream
	hash string // of the image whose data are in the stream; empty for none
}

// maxStreams bounds the pictures on their way, which are mostly small.
const maxStreams = 8

// sentImage is an image whose data the client has.
type sentImage struct {
	hash  string
	bytes int
}

// maxPlaced is the number of placements of a client from which on those that it does not show
// are sent again when it does.
const maxPlaced = 2048

// sendPictures sends what has room in the streams. A picture that is shown no more is not
// sent to its end.
func (a *Attachment) sendPictures() {
	f := &a.pictures
	if !a.extensions.Has(state.ExtPictures) || a.Streams() == nil || !a.Attached() {
		return
	}
	f.look(a.session.term, a.frames.last.Screen)
	if f.stream != nil && !slices.Contains(f.shown, f.number) {
		f.stream.Reset(codeCancelled, "")
		f.forget()
		f.stream, f.unsent = nil, nil
	}
	for f.serve() {
		if !f.begin(a) {
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
	for _, p := range slices.Backward(s.Pictures()) {
		if !seen[p.Number] && t.Placement(p.Number) != nil {
			seen[p.Number] = true
			f.shown = append(f.shown, p.Number)
		}
	}
	if len(f.placed) > maxPlaced {
		maps.DeleteFunc(f.placed, func(n uint32, _ bool) bool { return !seen[n] })
	}
}

// serve moves bytes into the stream. It reports whether the next picture may begin.
func (f *pictureFeed) serve() bool {
	if f.stream == nil {
		return true
	}
	n, err := f.stream.Write(f.unsent)
	if f.unsent = f.unsent[n:]; err == nil && len(f.unsent) > 0 {
		return false
	}
	f.stream.CloseWrite()
	f.others, f.stream = append(f.others, delivery{f.stream, f.hash}), nil
	return true
}

// begin begins to send the next picture. It reports whether there is one.
func (f *pictureFeed) begin(a *Attachment) bool {
	f.others = slices.DeleteFunc(f.others, delivery.Finished)
	if len(f.others) >= maxStreams {
		return false
	}
	for _, number := range f.shown {
		p := a.session.term.Placement(number)
		if p == nil || f.placed[number] || f.delivers(p.Image.Hash) {
			continue
		}
		forgotten, ok := f.makeRoom(a, p.Image)
		if !ok {
			continue
		}
		f.number, f.hash, f.unsent = number, "", nil
		if !f.has(p.Image.Hash) {
			f.hash, f.unsent = p.Image.Hash, p.Image.Data
			f.images = append(f.images, sentImage{p.Image.Hash, len(p.Image.Data)})
			f.bytes += len(p.Image.Data)
		}
		if f.placed == nil {
			f.placed = make(map[uint32]bool)
		}
		f.placed[number] = true
		f.stream = a.Streams().Open(picture.StreamKind, picture.Target{Placement: p, Forgotten: forgotten}.Append(nil))
		f.stream.Background = true
		return true
	}
	return false
}

// delivers reports whether an image is on its way. Its other placements wait for it, as
// streams arrive in any order.
func (f *pictureFeed) delivers(hash string) bool {
	return slices.ContainsFunc(f.others, func(d delivery) bool { return d.hash == hash })
}

func (f *pictureFeed) has(hash string) bool {
	return slices.ContainsFunc(f.images, func(i sentImage) bool { return i.hash == hash })
}

// makeRoom returns the images that the client is to forget for another one. ok is false if
// those that it shows leave no room.
func (f *pictureFeed) makeRoom(a *Attachment, m *picture.Image) (forgotten []string, ok bool) {
	if f.has(m.Hash) {
		return nil, true
	}
	shown := make(map[string]bool)
	for _, n := range f.shown {
		if p := a.session.term.Placement(n); p != nil && f.placed[n] {
			shown[p.Image.Hash] = true
		}
	}
	room := picture.MaxMemory - f.bytes - len(m.Data)
	for _, i := range f.images {
		if room >= 0 {
			break
		}
		if !shown[i.hash] && len(forgotten) < picture.MaxForgotten {
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

func (f *pictureFeed) forgetImage(a *Attachment, hash string) {
	f.images = slices.DeleteFunc(f.images, func(i sentImage) bool {
		if i.hash == hash {
			f.bytes -= i.bytes
		}
		return i.hash == hash
	})
	maps.DeleteFunc(f.placed, func(n uint32, _ bool) bool {
		p := a.session.term.Placement(n)
		return p == nil || p.Image.Hash == hash
	})
}

// forget notes that the client does not have the picture that was under way.
func (f *pictureFeed) forget() {
	delete(f.placed, f.number)
	if n := len(f.images) - 1; len(f.unsent) > 0 && n >= 0 {
		f.bytes -= f.images[n].bytes
		f.images = f.images[:n]
	}
}

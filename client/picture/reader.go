package picture

import (
	"slices"
	"time"

	"gm/vt/picture"
	"gm/wire/stream"
)

const (
	// maxPlaced bounds the placements that are kept, of which the oldest are dropped.
	maxPlaced = 4096
	// maxArriving bounds the streams that are read at once. Others are reset.
	maxArriving = 64
	// maxMemory bounds the data of all images, with those that are not whole. A server keeps
	// within picture.MaxMemory.
	maxMemory = picture.MaxMemory + picture.MaxData

	// codeCancelled is the code of a RESET of a stream of no more use (protocol, section
	// 11.14).
	codeCancelled = 17
)

// Reader has the pictures that have arrived. Its owner is the session's loop. The zero Reader
// has none.
type Reader struct {
	arriving []arriving
	partial  int                       // bytes of arriving
	images   map[string]*picture.Image // by hash
	bytes    int                       // of images
	placed   map[uint32]*picture.Placement
	order    []uint32 // of placed, the oldest first
}

// arriving is a picture whose data have not all come.
type arriving struct {
	picture.Target
	stream *stream.Stream
	data   []byte
}

// Accept takes a stream that the server has begun. It reports whether that is a picture.
func (r *Reader) Accept(s *stream.Stream) bool {
	if s.Kind != picture.StreamKind || len(r.arriving) >= maxArriving {
		return false
	}
	target, ok := picture.ParseTarget(s.Target)
	if !ok {
		return false
	}
	s.CloseWrite()
	for _, hash := range target.Forgotten {
		r.forget(hash)
	}
	r.arriving = append(r.arriving, arriving{Target: target, stream: s})
	return true
}

func (r *Reader) forget(hash string) {
	m := r.images[hash]
	if m == nil {
		return
	}
	r.bytes -= len(m.Data)
	delete(r.images, hash)
	r.order = slices.DeleteFunc(r.order, func(n uint32) bool {
		gone := r.placed[n].Image == m
		if gone {
			delete(r.placed, n)
		}
		return gone
	})
}

// Service collects the data that have arrived. It reports whether a picture is there that
// was not.
func (r *Reader) Service(now time.Time) (changed bool) {
	kept := r.arriving[:0]
	for _, a := range r.arriving {
		data, ended, err := a.stream.Next()
		switch {
		case err != nil:
			r.partial -= len(a.data)
			continue
		case len(a.data)+len(data) > picture.MaxData || r.bytes+r.partial+len(data) > maxMemory:
			a.stream.Reset(codeCancelled, "")
			r.partial -= len(a.data)
			continue
		}
		a.data = append(a.data, data...)
		r.partial += len(data)
		a.stream.Consume(now, len(data))
		if !ended {
			kept = append(kept, a)
			continue
		}
		r.partial -= len(a.data)
		if r.add(&a) {
			changed = true
		}
	}
	clear(r.arriving[len(kept):])
	r.arriving = kept
	return changed
}

// add adds a picture that is whole. Without data its image is one that came before.
func (r *Reader) add(a *arriving) bool {
	p := a.Placement
	if known := r.images[p.Image.Hash]; len(a.data) == 0 || known != nil {
		if known == nil || known.Format != p.Image.Format || known.Size != p.Image.Size || known.Compressed != p.Image.Compressed { // no server sends that
			return false
		}
		p.Image = known
	} else {
		hash := p.Image.Hash
		p.Image.Data = a.data
		if p.Image.Sum(); p.Image.Hash != hash || p.Image.Check() != nil {
			return false
		}
		if r.images == nil {
			r.images, r.placed = make(map[string]*picture.Image), make(map[uint32]*picture.Placement)
		}
		r.images[hash] = p.Image
		r.bytes += len(a.data)
	}
	if same := r.placed[p.Number]; same != nil && *same == *p {
		p = same
	}
	r.order = slices.DeleteFunc(r.order, func(n uint32) bool { return n == p.Number })
	if len(r.order) >= maxPlaced {
		delete(r.placed, r.order[0])
		r.order = r.order[1:]
	}
	r.order = append(r.order, p.Number)
	r.placed[p.Number] = p
	return true
}

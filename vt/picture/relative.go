package picture

import "slices"

// MaxChain is the largest number of relative placements of which each is the parent of the
// next one.
const MaxChain = 8

// MaxRelatives bounds the relative placements of a session.
const MaxRelatives = 64

// link is the parent of a relative placement, as the program names it, and where the placement
// is from there, in cells. The zero link is none.
type link struct {
	image, placement uint32
	h, v             int
}

// Relative is a placement whose position is that of another one, H columns and V rows away.
type Relative struct {
	*Placement
	Parent  uint32 // the number
	Virtual bool   // the parent is where its placeholders are
	H, V    int
	Below   bool // cells with text stay
}

// parent returns the placement that a link names; nil if there is none.
func (s *Store) parent(l link) *named {
	for _, i := range s.images {
		if i.id != l.image || i.id == 0 {
			continue
		}
		for n := range i.placements {
			if l.placement == 0 || i.placements[n].id == l.placement {
				return &i.placements[n]
			}
		}
	}
	return nil
}

// checkLink reports an error if a placement of i cannot have its parent.
func (s *Store) checkLink(c *Command, i *stored) error {
	switch {
	case c.Virtual:
		return errInvalid
	case len(s.Relatives()) >= MaxRelatives:
		return errTooMany
	}
	at := c.Parent
	for n := 1; at != (link{}); n++ {
		switch parent := s.parent(at); {
		case parent == nil:
			return errNoParent
		case c.Placement != 0 && at.image == i.id && parent.id == c.Placement:
			return errCycle
		case n > MaxChain:
			return errTooDeep
		default:
			at = parent.link
		}
	}
	return nil
}

// Relatives returns the relative placements.
func (s *Store) Relatives() (list []Relative) {
	if !s.relative {
		return nil
	}
	for _, i := range s.images {
		for _, n := range i.placements {
			if parent := s.parent(n.link); parent != nil {
				list = append(list, Relative{n.Placement, parent.Number, parent.virtual, n.link.h, n.link.v, n.z < 0})
			}
		}
	}
	s.relative = len(list) > 0
	return list
}

// dropOrphans removes the relative placements whose parents have ended, and the images that
// have no others.
func (s *Store) dropOrphans(r *Result) {
	for s.relative {
		orphans := make(map[uint32]bool)
		for _, i := range s.images {
			for _, n := range i.placements {
				if n.link != (link{}) && s.parent(n.link) == nil {
					orphans[n.Number] = true
				}
			}
		}
		if len(orphans) == 0 {
			return
		}
		isOrphan := func(n named) bool { return orphans[n.Number] }
		s.drop(r, func(i *stored) bool {
			lost := slices.ContainsFunc(i.placements, isOrphan)
			i.remove(s, isOrphan, r)
			return lost && len(i.placements) == 0
		})
	}
}

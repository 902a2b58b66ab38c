package filter

// difference replaces numbers in the records by their differences to earlier ones, or the
// other way round.
func (t *table) difference(undo bool) {
	entries, names, units := difference{undo: undo}, difference{undo: undo}, difference{undo: undo}
	offsets := rise{undo: undo}
	for i := range t.records {
		r := &t.records[i]
		entries.replace(&r.fixed[entryOff])
		names.replace(&r.fixed[nameOff])
		units.replace(&r.fixed[cuOffset])
		for j := pcsp; j <= pcln; j++ {
			offsets.replace(&r.fixed[j])
		}
		for j := range r.pcdata {
			offsets.replace(&r.pcdata[j])
		}
	}
}

// difference replaces a number by its difference to the previous one, or the other way
// round.
type difference struct {
	undo bool
	last uint32
}

func (d *difference) replace(number *uint32) {
	before := d.last
	if d.undo {
		*number += before
		d.last = *number
		return
	}
	d.last = *number
	*number -= before
}

// rise replaces an offset by its difference to the highest one so far, or the other way
// round. Zero, which means that there is no table, remains zero.
type rise struct {
	undo    bool
	highest uint32
}

func (r *rise) replace(offset *uint32) {
	if r.undo {
		*offset = r.swap(*offset) + r.highest
		r.highest = max(r.highest, *offset)
		return
	}
	before := *offset
	*offset = r.swap(before - r.highest)
	r.highest = max(r.highest, before)
}

// swap exchanges the differences of zero and of the highest offset.
func (r *rise) swap(difference uint32) uint32 {
	switch difference {
	case 0:
		return -r.highest
	case -r.highest:
		return 0
	}
	return difference
}

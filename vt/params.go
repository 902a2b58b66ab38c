package vt

// Limits of a sequence's parameters. Further ones are dropped, larger values
// are held at the limit.
const (
	maxParams     = 32
	maxParamValue = 65535
)

// paramQuery is the value of a parameter that is a question mark.
const paramQuery = -2

// params are the parameters of a sequence, those after a colon included.
type params struct {
	value [maxParams]int32 // -1 for an omitted one
	n     int
	sub   uint32 // bit i: value i follows a colon (ISO 8613-6)
	over  bool   // more than maxParams were given
}

func (p *params) clear() { p.n, p.sub, p.over = 0, 0, false }

// digit goes on with the last parameter.
func (p *params) digit(c byte) {
	if p.n == 0 {
		p.begin(false)
	}
	if p.over {
		return
	}
	v := &p.value[p.n-1]
	*v = min(max(*v, 0)*10+int32(c-'0'), maxParamValue)
}

// separate ends a parameter and begins the next.
func (p *params) separate(colon bool) {
	if p.n == 0 {
		p.begin(false)
	}
	p.begin(colon)
}

func (p *params) begin(colon bool) {
	if p.n == maxParams {
		p.over = true
		return
	}
	p.value[p.n] = -1
	if colon {
		p.sub |= 1 << p.n
	}
	p.n++
}

// at gives parameter i, or otherwise if it is omitted.
func (p *params) at(i, otherwise int) int {
	if i >= p.n || p.value[i] < 0 {
		return otherwise
	}
	return int(p.value[i])
}

// count gives parameter i as a count: 1 if it is omitted or 0.
func (p *params) count(i int) int { return max(p.at(i, 1), 1) }

// isSub says that parameter i follows a colon.
func (p *params) isSub(i int) bool { return p.sub>>i&1 != 0 }

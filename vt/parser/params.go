package parser

// Limits of a sequence's parameters. Further parameters are discarded, larger values
// are reduced to the limit.
const (
	MaxParams     = 32
	maxParamValue = 65535
)

// Query is the value of a parameter that is a question mark.
const Query = -2

// Params are the parameters of a sequence, including those after a colon.
type Params struct {
	Value    [MaxParams]int32 // -1 if omitted
	N        int
	Sub      uint32 // bit i: value i follows a colon (ISO 8613-6)
	overflow bool   // there were more than MaxParams
}

func (p *Params) clear() { p.N, p.Sub, p.overflow = 0, 0, false }

func (p *Params) digit(c byte) {
	if p.N == 0 {
		p.begin(false)
	}
	if p.overflow {
		return
	}
	v := &p.Value[p.N-1]
	*v = min(max(*v, 0)*10+int32(c-'0'), maxParamValue)
}

func (p *Params) separate(colon bool) {
	if p.N == 0 {
		p.begin(false)
	}
	p.begin(colon)
}

func (p *Params) begin(colon bool) {
	if p.N == MaxParams {
		p.overflow = true
		return
	}
	p.Value[p.N] = -1
	if colon {
		p.Sub |= 1 << p.N
	}
	p.N++
}

// At returns parameter i, or otherwise if it is omitted.
func (p *Params) At(i, otherwise int) int {
	if i >= p.N || p.Value[i] < 0 {
		return otherwise
	}
	return int(p.Value[i])
}

// Count returns parameter i as a count: 1 if it is omitted or 0.
func (p *Params) Count(i int) int { return max(p.At(i, 1), 1) }

// IsSub reports whether parameter i follows a colon.
func (p *Params) IsSub(i int) bool { return p.Sub>>i&1 != 0 }

package vt

import (
	"fmt"
	"strconv"
	"strings"
)

// color does an OSC of colours as diffs have them.
func (r *diffReader) color(number, text string) {
	n, _ := strconv.Atoi(number)
	parts := strings.Split(text, ";")
	r.want(len(parts) <= 2*colorsAtOnce, "length")
	switch {
	case n == 4:
		for i := 0; i < len(parts); i += 2 {
			r.setOne(parts[i], parts[i+1])
		}
	case n == 104:
		for _, slot := range parts {
			r.setOne(slot, "")
		}
	case n > 100:
		r.want(text == "", "parameter")
		r.setOne(fmt.Sprint(256+5+n-110), "")
	default:
		r.setOne(fmt.Sprint(256+5+n-10), text)
	}
}

func (r *diffReader) setOne(slot, spec string) {
	n, err := strconv.Atoi(slot)
	r.want(err == nil && n >= 0, "slot "+slot)
	var c Color
	if spec != "" {
		v, err := strconv.ParseUint(strings.ReplaceAll(strings.TrimPrefix(spec, "rgb:"), "/", ""), 16, 32)
		r.want(err == nil && len(spec) == len("rgb:00/00/00"), "colour "+spec)
		c = RGBColor(uint8(v>>16), uint8(v>>8), uint8(v))
	}
	r.setColor(n, c)
}

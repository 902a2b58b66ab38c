package vt

// reduced gives the nearest colour that a terminal of n colours has: n is 256,
// 16 or 8; less is a terminal without colour.
func (c Color) reduced(n int) Color {
	if c.IsDefault() {
		return c
	}
	if n < 8 {
		return 0
	}
	if r, g, b, ok := c.RGB(); ok {
		c = nearest256(r, g, b)
	}
	if i, _ := c.Palette(); int(i) < n {
		return c
	} else if i < 16 {
		return PaletteColor(i - 8)
	}
	i, _ := c.Palette()
	r, g, b := paletteRGB(i)
	return nearestANSI(r, g, b, n)
}

// cubeLevels are the six levels of xterm's 6x6x6 colour cube, entries 16..231.
var cubeLevels = [6]uint8{0, 95, 135, 175, 215, 255}

// ansiRGB are xterm's defaults for entries 0..15.
var ansiRGB = [16][3]uint8{
	{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0},
	{0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0},
	{92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
}

// paletteRGB gives xterm's default value of a palette entry.
func paletteRGB(i uint8) (r, g, b uint8) {
	switch {
	case i < 16:
		return ansiRGB[i][0], ansiRGB[i][1], ansiRGB[i][2]
	case i < 232:
		i -= 16
		return cubeLevels[i/36], cubeLevels[i/6%6], cubeLevels[i%6]
	}
	v := 8 + 10*(i-232)
	return v, v, v
}

// nearest256 gives the entry of the cube or of the grey ramp nearest to a
// direct colour.
func nearest256(r, g, b uint8) Color {
	cr, cg, cb := nearestLevel(r), nearestLevel(g), nearestLevel(b)
	cube := distance(r, g, b, cubeLevels[cr], cubeLevels[cg], cubeLevels[cb])
	mean := (int(r) + int(g) + int(b)) / 3
	step := min(max((mean-3)/10, 0), 23)
	v := uint8(8 + 10*step)
	if distance(r, g, b, v, v, v) < cube {
		return PaletteColor(uint8(232 + step))
	}
	return PaletteColor(uint8(16 + 36*cr + 6*cg + cb))
}

func nearestLevel(v uint8) int {
	if v < 48 {
		return 0
	}
	if v < 115 {
		return 1
	}
	return min(int(v-35)/40, 5)
}

// nearestANSI gives the nearest of the first n entries, n at most 16.
func nearestANSI(r, g, b uint8, n int) Color {
	best, at := 1<<30, 0
	for i := range min(n, 16) {
		a := ansiRGB[i]
		if d := distance(r, g, b, a[0], a[1], a[2]); d < best {
			best, at = d, i
		}
	}
	return PaletteColor(uint8(at))
}

// distance is the square of the distance of two colours, weighted as the eye
// does.
func distance(r, g, b, r2, g2, b2 uint8) int {
	dr, dg, db := int(r)-int(r2), int(g)-int(g2), int(b)-int(b2)
	return 2*dr*dr + 4*dg*dg + 3*db*db
}

package plot

// Style is how a series is drawn.
type Style struct {
	Color  string
	Dashed bool // for lines
}

// The colours of Okabe and Ito that are seen well on white.
var (
	Blue       = Style{Color: "#0072b2"}
	Vermillion = Style{Color: "#d55e00"}
	Green      = Style{Color: "#009e73"}
	Gray       = Style{Color: "#767676"}
)

// Dash gives the style as dashes.
func (s Style) Dash() Style {
	s.Dashed = true
	return s
}

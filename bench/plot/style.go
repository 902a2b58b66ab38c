package plot

// Style is the appearance of a series.
type Style struct {
	Color  string
	Dashed bool // for lines
}

// Colours of Okabe and Ito with enough contrast on white. dark has those for dark pages.
var (
	Blue       = Style{Color: "#0072b2"}
	Vermillion = Style{Color: "#d55e00"}
	Green      = Style{Color: "#009e73"}
	Gray       = Style{Color: "#767676"}
)

// Dash returns the style with dashed lines.
func (s Style) Dash() Style {
	s.Dashed = true
	return s
}

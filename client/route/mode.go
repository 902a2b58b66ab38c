package route

// Mode is which paths a session may use (--path).
type Mode uint8

const (
	Auto Mode = iota // UDP where it works, else SSH
	UDP              // UDP alone
	SSH              // SSH alone
)

var modeNames = [...]string{Auto: "auto", UDP: "udp", SSH: "ssh"}

// Modes returns the names of all modes.
func Modes() []string { return modeNames[:] }

// ParseMode returns the mode of a name. ok is false if there is none.
func ParseMode(name string) (mode Mode, ok bool) {
	for i, n := range modeNames {
		if n == name {
			return Mode(i), true
		}
	}
	return Auto, false
}

func (m Mode) String() string { return modeNames[m] }

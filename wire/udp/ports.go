package udp

import (
	"fmt"
	"strconv"
	"strings"
)

// PortRange is the range of ports that a server may bind, both ends included. 0 to
// 0 lets the system choose.
type PortRange struct{ Low, High uint16 }

// DefaultPorts is the range of mosh.
func DefaultPorts() PortRange { return PortRange{60001, 60999} }

// ParsePortRange parses PORT or PORT:PORT2. Port 0 is valid alone only.
func ParsePortRange(s string) (PortRange, error) {
	lowText, highText, isRange := strings.Cut(s, ":")
	low, err := parsePort(lowText)
	if err != nil {
		return PortRange{}, err
	}
	if !isRange {
		return PortRange{low, low}, nil
	}
	high, err := parsePort(highText)
	switch {
	case err != nil:
		return PortRange{}, err
	case low == 0 || high == 0:
		return PortRange{}, fmt.Errorf("port 0 in the range %q", s)
	case low > high:
		return PortRange{}, fmt.Errorf("port range %q ends before it begins", s)
	}
	return PortRange{low, high}, nil
}

func parsePort(s string) (uint16, error) {
	port, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is not a port (0 to 65535)", s)
	}
	return uint16(port), nil
}

// String returns the range in the form that ParsePortRange parses.
func (r PortRange) String() string {
	if r.Low == r.High {
		return strconv.Itoa(int(r.Low))
	}
	return fmt.Sprintf("%d:%d", r.Low, r.High)
}

package udp

import "testing"

func TestParsePortRange(t *testing.T) {
	for text, want := range map[string]PortRange{
		"0":           {0, 0},
		"1":           {1, 1},
		"60001":       {60001, 60001},
		"65535":       {65535, 65535},
		"60001:60999": {60001, 60999},
		"5:5":         {5, 5},
		"1:65535":     {1, 65535},
	} {
		if got, err := ParsePortRange(text); got != want || err != nil {
			t.Errorf("ParsePortRange(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParsePortRangeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":            `"" is not a port (0 to 65535)`,
		"x":           `"x" is not a port (0 to 65535)`,
		"-1":          `"-1" is not a port (0 to 65535)`,
		"+1":          `"+1" is not a port (0 to 65535)`,
		" 1":          `" 1" is not a port (0 to 65535)`,
		"65536":       `"65536" is not a port (0 to 65535)`,
		"1.5":         `"1.5" is not a port (0 to 65535)`,
		"1:":          `"" is not a port (0 to 65535)`,
		":1":          `"" is not a port (0 to 65535)`,
		"1:2:3":       `"2:3" is not a port (0 to 65535)`,
		"1-2":         `"1-2" is not a port (0 to 65535)`,
		"1:65536":     `"65536" is not a port (0 to 65535)`,
		"0:0":         `port 0 in the range "0:0"`,
		"0:5":         `port 0 in the range "0:5"`,
		"5:0":         `port 0 in the range "5:0"`,
		"60999:60001": `port range "60999:60001" ends before it begins`,
	} {
		if got, err := ParsePortRange(text); err == nil || err.Error() != want {
			t.Errorf("ParsePortRange(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestPortRangeString(t *testing.T) {
	for want, r := range map[string]PortRange{"0": {}, "7": {7, 7}, "60001:60999": DefaultPorts()} {
		if got := r.String(); got != want {
			t.Errorf("%#v is %q, want %q", r, got, want)
		}
	}
}

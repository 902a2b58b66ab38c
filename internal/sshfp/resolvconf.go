package sshfp

import (
	"net"
	"os"
	"slices"
	"strings"
)

// maxServers is how many name servers count, as for the C library.
const maxServers = 3

// config is what resolv.conf(5) says.
type config struct {
	servers []string // addresses with ports
	trustAD bool     // the servers and the way to them can be trusted to validate
}

// readConfig reads resolv.conf. RES_OPTIONS adds options.
func readConfig(path string) (config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return config{}, err
	}
	return parseConfig(string(text) + "\noptions " + os.Getenv("RES_OPTIONS")), nil
}

func parseConfig(text string) (c config) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			if len(c.servers) < maxServers {
				c.servers = append(c.servers, net.JoinHostPort(fields[1], "53"))
			}
		case "options":
			c.trustAD = c.trustAD || slices.Contains(fields[1:], "trust-ad")
		}
	}
	if len(c.servers) == 0 {
		c.servers = []string{"127.0.0.1:53"}
	}
	return c
}

package sshfp

import (
	"net"
	"os"
	"slices"
	"strings"
)

// maxServers is the number of name servers that are used, as in the C library.
const maxServers = 3

// config is the content of resolv.conf(5).
type config struct {
	servers []string // addresses with ports
	trustAD bool     // option trust-ad: the servers' validation can be trusted
}

// readConfig reads resolv.conf and adds the options of $RES_OPTIONS.
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

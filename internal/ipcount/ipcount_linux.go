package ipcount

import (
	"os"
	"strconv"
	"strings"
)

// Read returns the counters of the network namespace. ok is false if they cannot be read.
//
// The kernel counts a packet as received before netfilter's hooks, and as delivered after
// its last one, input (RFC 4293, ipIfStatsInReceives and InDelivers). Those that are
// forwarded are neither delivered nor dropped. Packets that a hook at the device drops
// (ingress, XDP) are not counted.
func Read() (c Count, ok bool) {
	v4, err := os.ReadFile("/proc/thread-self/net/snmp")
	v6, _ := os.ReadFile("/proc/thread-self/net/snmp6") // absent without IPv6
	names, values := table(string(v4))
	c.set(0, names, values, "InReceives", "InDelivers", "ForwDatagrams")
	names, values = list(string(v6))
	c.set(1, names, values, "Ip6InReceives", "Ip6InDelivers", "Ip6OutForwDatagrams")
	return c, err == nil && c.Received[0] > 0
}

// set sets the counters of a family. Dropped is at least 0: fragments are received one by
// one and delivered as one, and the counters are not read at one moment.
func (c *Count) set(family int, names, values []string, received, delivered, forwarded string) {
	c.Received[family] = find(names, values, received)
	others := find(names, values, delivered) + find(names, values, forwarded)
	c.Dropped[family] = c.Received[family] - min(c.Received[family], others)
}

func find(names, values []string, name string) uint64 {
	for i, n := range names {
		if n == name && i < len(values) {
			value, _ := strconv.ParseUint(values[i], 10, 64) // 0 if it is malformed
			return value
		}
	}
	return 0
}

// table parses the two lines "Ip: names" and "Ip: values" of /proc/net/snmp.
func table(text string) (names, values []string) {
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		switch fields := strings.Fields(line); {
		case !strings.HasPrefix(line, "Ip: "):
		case names == nil:
			names = fields
		default:
			return names, fields
		}
	}
	return nil, nil
}

// list parses the lines "name value" of /proc/net/snmp6.
func list(text string) (names, values []string) {
	fields := strings.Fields(text)
	for i := 0; i+1 < len(fields); i += 2 {
		names, values = append(names, fields[i]), append(values, fields[i+1])
	}
	return names, values
}

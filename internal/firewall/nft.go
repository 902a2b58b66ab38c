package firewall

import "strings"

// chain is a chain of nftables to which packets for this machine come.
type chain struct {
	family, table, name string
	closed              bool // its policy or a rule may drop
}

// iptables reports whether the chain is that of iptables, whose program should change it.
func (c chain) iptables() bool {
	return c.table == "filter" && c.name == "INPUT" && (c.family == "ip" || c.family == "ip6")
}

// parseNFT returns the chains of type filter at the hooks prerouting and input, as nft lists
// them or as files configure them. Names that are no identifiers are not understood, and
// their chains left out.
func parseNFT(text string) (chains []chain) {
	var family, table string
	var current chain
	depth, hooked := 0, false
	for line := range strings.Lines(statements(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case depth == 0 && words[0] == "table":
			family, table = tableOf(words)
		case depth == 1 && words[0] == "chain" && len(words) >= 2:
			current, hooked = chain{family, table, words[1], false}, false
		case depth == 2 && words[0] == "type":
			hooked = isHooked(words)
		case depth >= 2:
			current.closed = current.closed || mayDrop(words)
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
		if depth == 1 && hooked {
			if hooked = false; isName(current.family) && isName(current.table) && isName(current.name) {
				chains = append(chains, current)
			}
		}
	}
	return chains
}

// statements returns the text without comments, with a line for each statement.
func statements(text string) string {
	for {
		before, comment, found := strings.Cut(text, "#")
		if !found {
			break
		}
		_, after, _ := strings.Cut(comment, "\n")
		text = before + "\n" + after
	}
	text = strings.ReplaceAll(text, "{", " {\n")
	text = strings.ReplaceAll(text, "}", "\n}\n")
	return strings.ReplaceAll(text, ";", "\n")
}

// tableOf parses "table inet filter {". Without a family it is ip.
func tableOf(words []string) (family, table string) {
	switch {
	case len(words) >= 3 && words[2] != "{":
		return words[1], words[2]
	case len(words) >= 2:
		return "ip", words[1]
	}
	return "", ""
}

// isHooked parses "type filter hook input priority filter; policy accept;".
func isHooked(words []string) bool {
	return len(words) >= 4 && words[1] == "filter" && words[2] == "hook" && (words[3] == "input" || words[3] == "prerouting")
}

// mayDrop reports whether a rule may drop packets, or leads to other rules.
func mayDrop(words []string) bool {
	for _, word := range words {
		switch strings.Trim(word, ",;{}") {
		case "drop", "reject", "jump", "goto", "queue":
			return true
		}
	}
	return false
}

func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == ""
}

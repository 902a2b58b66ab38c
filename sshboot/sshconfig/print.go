package sshconfig

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// printOrder are the keywords after host and user in the order of ssh -G.
const printOrder = `
	hostname port addressfamily batchmode canonicalizefallbacklocal canonicalizehostname
	checkhostip compression controlmaster enablesshkeysign clearallforwardings
	exitonforwardfailure fingerprinthash forwardx11 forwardx11trusted gatewayports
	gssapiauthentication gssapikeyexchange gssapidelegatecredentials gssapitrustdns
	gssapirenewalforcesrekey gssapiclientidentity gssapiserveridentity hashknownhosts
	hostbasedauthentication identitiesonly kbdinteractiveauthentication
	nohostauthenticationforlocalhost passwordauthentication permitlocalcommand proxyusefdpass
	pubkeyauthentication requesttty sessiontype stdinnull forkafterauthentication
	streamlocalbindunlink stricthostkeychecking tcpkeepalive tunnel verifyhostkeydns
	visualhostkey updatehostkeys enableescapecommandline canonicalizemaxdots connectionattempts
	forwardx11timeout numberofpasswordprompts serveralivecountmax serveraliveinterval
	requiredrsasize bindaddress bindinterface ciphers controlpath hostkeyalgorithms
	hostkeyalias identityagent ignoreunknown kexalgorithms casignaturealgorithms localcommand
	remotecommand loglevel macs pkcs11provider securitykeyprovider preferredauthentications
	pubkeyacceptedalgorithms revokedhostkeys xauthlocation knownhostscommand dynamicforward
	localforward remoteforward identityfile canonicaldomains certificatefile
	globalknownhostsfile userknownhostsfile sendenv setenv logverbose permitremoteopen
	addkeystoagent forwardagent connecttimeout tunneldevice canonicalizepermittedcnames
	controlpersist escapechar ipqos rekeylimit streamlocalbindmask syslogfacility tag
	refuseconnection proxycommand proxyjump`

// Print writes the keywords that have a value in the format and the order of ssh -G, one
// line each, and one line per value for keywords that accumulate. effective maps keywords
// to the values to print for them, such as lists of algorithms; it may be nil.
func (c *Config) Print(w io.Writer, effective map[string]string) error {
	return c.print(w, effective, func(string) string { return "" })
}

// PrintPlaces is Print with a comment after each keyword that was set: the file and the line
// that set it first, or that it was the command line.
func (c *Config) PrintPlaces(w io.Writer, effective map[string]string) error {
	return c.print(w, effective, func(name string) string {
		if place := c.places[name]; place != "" {
			return "  # " + place
		}
		return ""
	})
}

func (c *Config) print(w io.Writer, effective map[string]string, place func(name string) string) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "host %s\nuser %s%s\n", c.Alias, c.User(), place("user"))
	for name := range strings.FieldsSeq(printOrder) {
		k, _ := lookupKeyword(name)
		values := c.printValues(k)
		if value, ok := effective[name]; ok {
			values = []string{value}
		}
		if name == "canonicalizepermittedcnames" {
			name = "canonicalizePermittedcnames" // ssh's spelling
		}
		switch {
		case len(values) == 0:
		case k.kind == kindMulti || k.kind == kindMultiWord || k.name == "setenv":
			for _, value := range values {
				fmt.Fprintf(out, "%s %s%s\n", name, value, place(k.name))
			}
		default:
			fmt.Fprintf(out, "%s %s%s\n", name, strings.Join(values, " "), place(k.name))
		}
	}
	return out.Flush()
}

// printValues returns the values of k in the form of ssh -G, none for those that ssh does
// not print.
func (c *Config) printValues(k keyword) []string {
	values := c.List(k.name)
	switch k.name {
	case "controlpath", "localcommand", "pkcs11provider", "proxycommand", "proxyjump", "remotecommand", "revokedhostkeys":
		if len(values) == 1 && strings.EqualFold(values[0], "none") {
			return nil
		}
	}
	switch k.name {
	case "localforward", "remoteforward", "dynamicforward":
		if c.Flag("clearallforwardings") {
			return nil
		}
		return printForwards(forwardKeywords[k.name], values)
	case "controlpath", "userknownhostsfile", "globalknownhostsfile":
		return c.expandedPaths(values)
	}
	return values
}

func (c *Config) expandedPaths(values []string) []string {
	expanded := slices.Clone(values)
	for i, value := range values {
		if path, err := c.ExpandPath(value); err == nil {
			expanded[i] = path
		}
	}
	return expanded
}

func printForwards(kind ForwardKind, texts []string) (lines []string) {
	for _, text := range texts {
		line, _ := printForward(kind, text) // was checked when the line was read
		lines = append(lines, line)
	}
	return lines
}

package sshconfig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parsers of the arguments of single keywords. The messages are ssh's.

// oneArgumentOf returns the only argument of the keyword name.
func oneArgumentOf(name string, args []string) (string, error) {
	switch {
	case len(args) == 0 || args[0] == "":
		return "", configError("Missing argument.")
	case len(args) > 1:
		return "", configErrorf("keyword %s extra arguments at end of line", name)
	}
	return args[0], nil
}

// parseControlPersist returns "yes", "no" or a number of seconds. ssh has the same value for
// 0 and yes.
func parseControlPersist(name string, args []string) ([]string, error) {
	arg, err := oneArgumentOf(name, args)
	if err != nil {
		return nil, err
	}
	if value, err := choose("yes no true=yes false=no 0=yes", arg); err == nil {
		return []string{value}, nil
	}
	value, err := parseDuration(arg)
	if err != nil || value == "none" {
		return nil, configError("Bad ControlPersist argument.")
	}
	return []string{value}, nil
}

// parseEscapeChar returns "none", a character or, for a control character, the form \^X.
func parseEscapeChar(name string, args []string) ([]string, error) {
	arg, err := oneArgumentOf(name, args)
	switch {
	case err != nil:
		return nil, err
	case strings.EqualFold(arg, "none"):
		return []string{"none"}, nil
	case len(arg) == 1:
		return []string{arg}, nil
	case len(arg) == 2 && arg[0] == '^' && arg[1] >= 64 && arg[1] < 128:
		return []string{`\^` + string(arg[1]&31|64)}, nil
	}
	return nil, configError("Bad escape character.")
}

// ValidEscapeChar reports whether s is an argument of EscapeChar.
func ValidEscapeChar(s string) bool {
	_, err := parseEscapeChar("", []string{s})
	return err == nil
}

// parseForwardAgent returns "yes", "no", or the path or $VARIABLE of an agent's socket.
func parseForwardAgent(name string, args []string) ([]string, error) {
	if len(args) == 0 || args[0] == "" {
		return nil, configError("missing argument.")
	}
	arg, err := oneArgumentOf(name, args)
	if err != nil {
		return nil, err
	}
	if value, err := choose("yes no true=yes false=no", arg); err == nil {
		arg = value
	}
	return []string{arg}, nil
}

// parseMask returns an octal mask of at most 0777 in ssh's form.
func parseMask(name string, args []string) ([]string, error) {
	arg, err := oneArgumentOf(name, args)
	if err != nil {
		return nil, err
	}
	mask, err := strconv.ParseUint(arg, 8, 16)
	if err != nil || mask > 0o777 {
		return nil, configError("Bad mask.")
	}
	return []string{fmt.Sprintf("0%o", mask)}, nil
}

// parseTunnelDevice parses LOCAL[:REMOTE], each a number or "any".
func parseTunnelDevice(name string, args []string) ([]string, error) {
	arg, err := oneArgumentOf(name, args)
	if err != nil {
		return nil, err
	}
	if !ValidTunnel(arg) {
		return nil, configError("Bad tun device.")
	}
	if !strings.Contains(arg, ":") {
		arg += ":any"
	}
	return []string{arg}, nil
}

// ValidTunnel reports whether s has the form LOCAL[:REMOTE] of TunnelDevice.
func ValidTunnel(s string) bool {
	local, remote, both := strings.Cut(s, ":")
	return validTunnelEnd(local) && (!both || validTunnelEnd(remote))
}

func validTunnelEnd(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return s == "any" || err == nil && n <= 0x7ffffffd
}

// qosNames are the names of service classes, and numbers are the values that ssh prints as
// names.
const qosNames = `af11 af12 af13 af21 af22 af23 af31 af32 af33 af41 af42 af43
	cs0 cs1 cs2 cs3 cs4 cs5 cs6 cs7 ef le lowdelay throughput reliability none`

// parseIPQoS returns the class of interactive sessions and that of others.
func parseIPQoS(name string, args []string) ([]string, error) {
	if len(args) == 0 {
		return nil, configError("Missing argument.")
	}
	classes := make([]string, len(args))
	for i, arg := range args {
		class, err := choose(strings.Join(strings.Fields(qosNames), " "), arg)
		if n, numErr := strconv.ParseUint(arg, 0, 8); err != nil && numErr == nil {
			class, err = qosNumber(n), nil
		}
		if err != nil {
			return nil, configErrorf("Bad IPQoS value: %s", arg)
		}
		classes[i] = class
	}
	if len(args) > 2 {
		return nil, configErrorf("keyword %s extra arguments at end of line", name)
	}
	return []string{classes[0], classes[len(classes)-1]}, nil
}

// qosNumber returns ssh's form of a number: the name of the three classes of RFC 1349 that it
// has names for, else hexadecimal.
func qosNumber(n uint64) string {
	switch n {
	case 0x10:
		return "lowdelay"
	case 0x08:
		return "throughput"
	case 0x04:
		return "reliability"
	}
	return fmt.Sprintf("0x%02x", n)
}

// minRekey is the least number of bytes in RekeyLimit.
const minRekey = 16

// parseRekeyLimit returns bytes and seconds, each 0 for the default.
func parseRekeyLimit(name string, args []string) ([]string, error) {
	if len(args) == 0 || args[0] == "" {
		return nil, configError("Missing argument.")
	}
	limits := []string{"0", "0"}
	if args[0] != "default" {
		n, err := parseSize(args[0])
		switch {
		case err != nil:
			return nil, configErrorf("Bad number '%s': %v", args[0], err)
		case n != 0 && n < minRekey:
			return nil, configErrorf("RekeyLimit too small")
		}
		limits[0] = strconv.FormatInt(n, 10)
	}
	if len(args) > 1 && args[1] != "none" {
		seconds, err := parseDuration(args[1])
		if err != nil {
			return nil, err
		}
		limits[1] = seconds
	}
	if len(args) > 2 {
		return nil, configErrorf("keyword %s extra arguments at end of line", name)
	}
	return limits, nil
}

// parseSize parses a number of bytes with the suffix K, M or G.
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "KkMmGg")
	n, err := strconv.ParseInt(digits, 10, 64)
	shift := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}
	by, ok := shift[strings.ToLower(s[len(digits):])]
	switch {
	case err != nil || !ok || n < 0:
		return 0, configError("Invalid argument")
	case n > (1<<63-1)>>by:
		return 0, configError("Numerical result out of range")
	}
	return n << by, nil
}

func checkHash(_ string, args []string) error {
	if len(args) == 1 && args[0] != "" && !slices.Contains([]string{"md5", "sha256"}, strings.ToLower(args[0])) {
		return configErrorf("Invalid hash algorithm \"%s\".", args[0])
	}
	return nil
}

func checkFacility(_ string, args []string) error {
	if len(args) == 1 && args[0] != "" {
		if _, err := choose(logFacilities, args[0]); err != nil {
			return configErrorf("unsupported log facility '%s'", args[0])
		}
	}
	return nil
}

// checkRemoteOpen checks HOST:PORT arguments, in which either may be "*".
func checkRemoteOpen(name string, args []string) error {
	for _, arg := range args {
		if word := strings.ToLower(arg); word == "any" || word == "none" {
			if len(args) > 1 {
				return configErrorf("keyword %s \"%s\" argument must appear alone.", name, word)
			}
			return nil
		}
		host, port, err := splitHostPort(arg)
		if host == "" && err != nil {
			return configErrorf("missing host in %s", name)
		}
		if _, portErr := ParsePort(port); portErr != nil && port != "*" {
			return configErrorf("bad port number in %s", name)
		}
	}
	return nil
}

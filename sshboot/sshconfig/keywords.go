package sshconfig

import (
	"slices"
	"strings"
)

// kind is the syntax of a keyword's arguments.
type kind int

const (
	kindWord      kind = iota // one argument
	kindFlag                  // yes or no
	kindChoice                // one of the names in choices
	kindNumber                // a decimal number, not negative
	kindPort                  // 1..65535
	kindDuration              // seconds, or 1h30m, or none
	kindCommand               // the rest of the line, verbatim
	kindWords                 // several arguments, set together
	kindMulti                 // one argument; lines accumulate
	kindMultiWord             // several arguments, which accumulate; -PATTERN removes
	kindAgent                 // yes, no, ask, confirm, and a time
	kindIgnored               // known to ssh, without effect in gm
)

// keyword is a keyword of ssh_config(5).
type keyword struct {
	name string // in lower case, as ssh -G prints it
	kind kind
	def  string // the default, with blanks between arguments; "" for none
	// choices are the allowed names, each as NAME or ALIAS=NAME.
	choices string
	// check returns an error for arguments that the kind allows and ssh rejects.
	check func(name string, args []string) error
	// parse returns the values of all arguments. It replaces the parser of the kind.
	parse func(name string, args []string) ([]string, error)
}

const (
	boolChoices   = "true false yes=true no=false"
	logLevels     = "SILENT QUIET=SILENT FATAL ERROR INFO VERBOSE DEBUG DEBUG1=DEBUG DEBUG2 DEBUG3"
	strictChoices = "true false yes=true no=false ask off=false accept-new"
)

// keywords are the keywords that take effect, in the order in which they are printed.
var keywords = []keyword{
	{name: "user", kind: kindWord},
	{name: "hostname", kind: kindWord},
	{name: "port", kind: kindPort, def: "22"},
	{name: "addressfamily", kind: kindChoice, def: "any", choices: "inet inet6 any"},
	{name: "batchmode", kind: kindFlag, def: "no"},
	{name: "canonicalizefallbacklocal", kind: kindFlag, def: "yes"},
	{name: "canonicalizehostname", kind: kindChoice, def: "false", choices: boolChoices + " always"},
	{name: "checkhostip", kind: kindFlag, def: "no"},
	{name: "hashknownhosts", kind: kindFlag, def: "no"},
	{name: "identitiesonly", kind: kindFlag, def: "no"},
	{name: "kbdinteractiveauthentication", kind: kindFlag, def: "yes"},
	{name: "nohostauthenticationforlocalhost", kind: kindFlag, def: "no"},
	{name: "passwordauthentication", kind: kindFlag, def: "yes"},
	{name: "pubkeyauthentication", kind: kindChoice, def: "true", choices: boolChoices + " unbound host-bound"},
	{name: "requesttty", kind: kindChoice, def: "auto", choices: boolChoices + " force auto"},
	{name: "stricthostkeychecking", kind: kindChoice, def: "ask", choices: strictChoices},
	{name: "tcpkeepalive", kind: kindFlag, def: "yes"},
	{name: "verifyhostkeydns", kind: kindChoice, def: "false", choices: boolChoices + " ask"},
	{name: "visualhostkey", kind: kindFlag, def: "no"},
	{name: "updatehostkeys", kind: kindChoice, def: "true", choices: boolChoices + " ask"},
	{name: "canonicalizemaxdots", kind: kindNumber, def: "1"},
	{name: "connectionattempts", kind: kindNumber, def: "1"},
	{name: "numberofpasswordprompts", kind: kindNumber, def: "3"},
	{name: "requiredrsasize", kind: kindNumber, def: "1024"},
	{name: "serveralivecountmax", kind: kindNumber, def: "3"},
	{name: "serveraliveinterval", kind: kindDuration, def: "0"},
	{name: "casignaturealgorithms", kind: kindWord},
	{name: "ciphers", kind: kindWord},
	{name: "hostkeyalgorithms", kind: kindWord},
	{name: "kexalgorithms", kind: kindWord},
	{name: "loglevel", kind: kindChoice, def: "INFO", choices: logLevels, check: checkLogLevel},
	{name: "macs", kind: kindWord},
	{name: "pubkeyacceptedalgorithms", kind: kindWord},
	{name: "bindaddress", kind: kindWord},
	{name: "bindinterface", kind: kindWord},
	{name: "hostkeyalias", kind: kindWord},
	{name: "identityagent", kind: kindWord},
	{name: "ignoreunknown", kind: kindWord},
	{name: "preferredauthentications", kind: kindWord},
	{name: "proxyjump", kind: kindWord, check: checkJumps},
	{name: "proxycommand", kind: kindCommand},
	{name: "proxyusefdpass", kind: kindFlag, def: "no"},
	{name: "refuseconnection", kind: kindWord},
	{name: "remotecommand", kind: kindCommand},
	{name: "revokedhostkeys", kind: kindWord},
	{name: "knownhostscommand", kind: kindCommand},
	{name: "securitykeyprovider", kind: kindWord},
	{name: "tag", kind: kindWord},
	{name: "identityfile", kind: kindMulti, def: "~/.ssh/id_rsa ~/.ssh/id_ecdsa ~/.ssh/id_ecdsa_sk ~/.ssh/id_ed25519 ~/.ssh/id_ed25519_sk ~/.ssh/id_mldsa44_ed25519 ~/.ssh/id_xmss ~/.ssh/id_dsa"},
	{name: "certificatefile", kind: kindMulti},
	{name: "canonicaldomains", kind: kindWords, def: "none", check: checkNone},
	{name: "canonicalizepermittedcnames", kind: kindWords, def: "none", check: checkCNAMEs},
	{name: "globalknownhostsfile", kind: kindWords, def: "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2", check: checkNone},
	{name: "userknownhostsfile", kind: kindWords, def: "~/.ssh/known_hosts ~/.ssh/known_hosts2", check: checkNone},
	{name: "sendenv", kind: kindMultiWord, check: checkVariableNames},
	{name: "setenv", kind: kindWords, check: checkVariables},
	{name: "addkeystoagent", kind: kindAgent, def: "false"},
	{name: "connecttimeout", kind: kindDuration, def: "none"},
}

// keywordAliases maps older names and names of other systems to the current ones.
var keywordAliases = map[string]string{
	"challengeresponseauthentication": "kbdinteractiveauthentication",
	"skeyauthentication":              "kbdinteractiveauthentication",
	"tisauthentication":               "kbdinteractiveauthentication",
	"dsaauthentication":               "pubkeyauthentication",
	"pubkeyacceptedkeytypes":          "pubkeyacceptedalgorithms",
	"keepalive":                       "tcpkeepalive",
	"identityfile2":                   "identityfile",
	"protocolkeepalives":              "serveraliveinterval", // Debian
	"setuptimeout":                    "serveraliveinterval", // Debian
	"rsaminsize":                      "requiredrsasize",     // Red Hat
	"ignoreifunknown":                 "ignoreunknown",       // Solaris
}

// ignoredKeywords are keywords of ssh that are accepted without effect: about
// authentication methods that gm does not have, and obsolete ones.
const ignoredKeywords = `
	afstokenpassing channeltimeout cipher compressionlevel fallbacktorsh
	globalknownhostsfile2 gssapikexalgorithms hostbasedacceptedalgorithms
	hostbasedkeytypes kbdinteractivedevices kerberosauthentication
	kerberostgtpassing obscurekeystroketiming protocol
	rhostsauthentication rhostsrsaauthentication rsaauthentication
	smartcarddevice useblacklistedkeys
	useprivilegedport userknownhostsfile2 useroaming usersh
	versionaddendum warnweakcrypto`

func lookupKeyword(name string) (keyword, bool) {
	if alias, ok := keywordAliases[name]; ok {
		name = alias
	}
	for _, table := range [][]keyword{keywords, sessionKeywords} {
		if i := slices.IndexFunc(table, func(k keyword) bool { return k.name == name }); i >= 0 {
			return table[i], true
		}
	}
	for ignored := range strings.FieldsSeq(ignoredKeywords) {
		if ignored == name {
			return keyword{name: name, kind: kindIgnored}, true
		}
	}
	return keyword{name: name, kind: kindIgnored}, isVariantKeyword(name)
}

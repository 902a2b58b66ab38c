package sshconfig

import "strings"

// variant is a variant of OpenSSH with additional keywords. They are accepted on every
// system, because users share configuration files between machines.
type variant struct {
	name     string
	keywords string // in lower case, separated by blanks
}

// variants are the variants whose keywords have no effect in gm. Those that are equivalent
// to a keyword of OpenSSH are in keywordAliases.
var variants = []variant{
	{"Apple's", `usekeychain askpassgui`},
	{"HPN-SSH and the BSDs'", `
		hpndisabled hpnbuffersize tcprcvbuf tcprcvbufpoll noneenabled nonemacenabled noneswitch
		disablemtaes usemptcp metricspath metricsinterval fallback fallbackport`},
	{"Solaris's and illumos's", `
		useopensslengine kmfpolicydatabase kmfpolicyname trustedanchorkeystore disablebanner`},
	{"PKIX-SSH", `
		allowedcertpurpose x509keyalgorithm mandatorycrl cacertificatefile cacertificatepath
		carevocationfile carevocationpath caldapversion caldapurl usercacertificatefile
		usercacertificatepath usercarevocationfile usercarevocationpath usercaldapversion
		usercaldapurl vatype vacertificatefile vaocspresponderurl castoreuri usercastoreuri`},
}

func isVariantKeyword(name string) bool {
	for _, r := range variants {
		for keyword := range strings.FieldsSeq(r.keywords) {
			if keyword == name {
				return true
			}
		}
	}
	return false
}

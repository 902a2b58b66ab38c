package sshconfig

import "strings"

// A relative is a variant of OpenSSH with keywords of its own. People share their
// files between machines, so the keywords are known wherever gm runs.
type variant struct {
	name     string
	keywords string // in lower case, separated by blanks
}

// variants are the variants whose keywords are accepted and have no effect here.
// Those that stand for a keyword of OpenSSH's are in keywordAliases.
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

// isVariantKeyword reports whether the keyword, in lower case, is a relative's.
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

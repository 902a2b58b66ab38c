package sshconfig

import (
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// effects maps each keyword to a test that shows its effect.
var effects = map[string]string{
	"addkeystoagent":                   "TestAddKeysToAgent",
	"addressfamily":                    "TestAddressFamily",
	"batchmode":                        "TestLoginGivesUp",
	"bindaddress":                      "TestBindAddressAndInterface",
	"bindinterface":                    "TestBindAddressAndInterface",
	"canonicaldomains":                 "TestCanonicalizeHostname",
	"canonicalizefallbacklocal":        "TestCanonicalizeHostname",
	"canonicalizehostname":             "TestCanonicalizeHostname",
	"canonicalizemaxdots":              "TestCanonicalizeHostname",
	"canonicalizepermittedcnames":      "TestCanonicalizeHostname",
	"casignaturealgorithms":            "TestCASignatureAlgorithms",
	"certificatefile":                  "TestCertificateFile",
	"checkhostip":                      "TestCheckHostIP",
	"ciphers":                          "TestChosenAlgorithms",
	"connectionattempts":               "TestConnectionAttempts",
	"connecttimeout":                   "TestSilentHost",
	"globalknownhostsfile":             "TestKnownHostsFiles",
	"hashknownhosts":                   "TestHashKnownHosts",
	"hostkeyalgorithms":                "TestChosenAlgorithms",
	"hostkeyalias":                     "TestHostKeyAliasAndPortFallback",
	"hostname":                         "TestJumpThroughTwoHosts",
	"identitiesonly":                   "TestLoginByAgent",
	"identityagent":                    "TestIdentityAgent",
	"identityfile":                     "TestLoginByAgent",
	"ignoreunknown":                    "TestBadLinesReadLikeThoseOfSSH",
	"kbdinteractiveauthentication":     "TestDisabledMethods",
	"kexalgorithms":                    "TestWeakAndUnknownAlgorithms",
	"knownhostscommand":                "TestKnownHostsCommand",
	"loglevel":                         "TestLogLevel",
	"macs":                             "TestChosenAlgorithms",
	"nohostauthenticationforlocalhost": "TestNoHostAuthenticationForLocalhost",
	"numberofpasswordprompts":          "TestNumberOfPasswordPrompts",
	"passwordauthentication":           "TestDisabledMethods",
	"port":                             "TestJumpThroughTwoHosts",
	"preferredauthentications":         "TestDisabledMethods",
	"proxycommand":                     "TestProxyCommand",
	"proxyjump":                        "TestJumpThroughTwoHosts",
	"proxyusefdpass":                   "TestProxyUseFdpass",
	"pubkeyacceptedalgorithms":         "TestPubkeyAcceptedAlgorithms",
	"pubkeyauthentication":             "TestDisabledMethods",
	"refuseconnection":                 "TestRefuseConnection",
	"remotecommand":                    "TestRemoteCommand",
	"requiredrsasize":                  "TestRequiredRSASize",
	"revokedhostkeys":                  "TestRevokedHostKeysFile",
	"securitykeyprovider":              "TestLoginBySecurityKeyFile",
	"sendenv":                          "TestEnvironmentOfTheSession",
	"serveralivecountmax":              "TestKeepAlive",
	"serveraliveinterval":              "TestKeepAlive",
	"setenv":                           "TestEnvironmentOfTheSession",
	"stricthostkeychecking":            "TestStrictHostKeyChecking",
	"tag":                              "TestTag",
	"tcpkeepalive":                     "TestBindAddressAndInterface",
	"updatehostkeys":                   "TestUpdateHostKeys",
	"user":                             "TestJumpThroughTwoHosts",
	"userknownhostsfile":               "TestKnownHostsFiles",
	"verifyhostkeydns":                 "TestVerifyHostKeyDNSAsSSH",
	"visualhostkey":                    "TestVisualHostKey",
}

func TestEveryKeywordTakesEffect(t *testing.T) {
	var tests strings.Builder
	for _, pattern := range []string{"*_test.go", "../*_test.go", "../sshclient/*_test.go"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			tests.WriteString(sshboottest.ReadFile(t, path))
		}
	}
	for _, k := range keywords {
		test := effects[k.name]
		if k.name == "requesttty" { // a session has a terminal in any case
			continue
		}
		if test == "" || !strings.Contains(tests.String(), "func "+test+"(t *testing.T)") {
			t.Errorf("%s: no test shows that it takes effect (%q)", k.name, test)
		}
	}
}

func TestTag(t *testing.T) {
	home := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), "Match tagged work\nPort 7\nMatch tagged other\nUser other\n", 0o600)
	c, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: []string{"ssh", "-P", "work"}})
	if err != nil || c.Number("port") != 7 || c.User() == "other" {
		t.Errorf("port %d, user %s, %v", c.Number("port"), c.User(), err)
	}
}

// Package licenses holds the licences of gm and of the modules in it. Every binary
// contains them, because it is distributed as a single file.
package licenses

import _ "embed"

//go:generate sh -c "go run ./collect >THIRD_PARTY_LICENSES"

// ThirdParty is the text of the licences of the modules in gm's binaries and of Go's
// standard library. go generate makes it, and a test compares it with go.mod.
//
//go:embed THIRD_PARTY_LICENSES
var ThirdParty string

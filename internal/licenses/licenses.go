// Package licenses holds the licences under which gm and the modules that it is
// made of are distributed. Every binary carries them, so that a single copied
// file has them too.
package licenses

import _ "embed"

//go:generate sh -c "go run ./collect >THIRD_PARTY_LICENSES"

// ThirdParty is the text of the licences of the modules in gm's binaries and of
// Go's standard library. It is made by go generate, and a test compares it with
// go.mod.
//
//go:embed THIRD_PARTY_LICENSES
var ThirdParty string

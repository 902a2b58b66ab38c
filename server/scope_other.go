//go:build unix && !linux

package server

// leaveLogin gives nothing: no system but Linux has logind.
func leaveLogin() (launcher []string, warning string) { return nil, "" }

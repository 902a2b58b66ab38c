//go:build unix && !linux

package server

// leaveLogin returns nothing: no system but Linux has logind.
func leaveLogin() (wrapper []string, warning string) { return nil, "" }

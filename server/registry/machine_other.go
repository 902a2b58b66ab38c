//go:build unix && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package registry

func systemMachineID() string { return "" }

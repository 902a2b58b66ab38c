//go:build !unix

package server

// coreLimit is nothing: the platform has no core dumps.
type coreLimit struct{}

func forbidCoreDumps() (users coreLimit, err error) { return coreLimit{}, nil }

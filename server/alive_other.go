//go:build !unix

package server

func processAlive(pid int) bool { return false }

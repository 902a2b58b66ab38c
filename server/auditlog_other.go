//go:build !unix

package server

func writeAuditLog(format string, a ...any) {}

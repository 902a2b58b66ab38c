// Package embedded has the servers that a release of gm carries: those that
// make payloads has put into servers.archive, if gm is built with -tags embed,
// and none otherwise.
package embedded

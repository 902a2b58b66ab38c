// Package embedded provides the servers in the gm of a release. With -tags embed, they are
// those that make payloads has written to servers.archive; otherwise there are none.
package embedded

//go:build ppc64 || ppc64le

package datagram

// hasAES reports whether crypto/aes uses the processor's instructions.
const hasAES = true

//go:build !amd64 && !arm64 && !s390x && !ppc64 && !ppc64le

package datagram

// hasAES reports whether crypto/aes uses the processor's instructions.
const hasAES = false

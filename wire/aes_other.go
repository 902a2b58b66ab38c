//go:build !amd64 && !arm64 && !s390x && !ppc64 && !ppc64le

package wire

// hasAES reports whether crypto/aes uses the processor's instructions.
const hasAES = false

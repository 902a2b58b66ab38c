package datagram

import "golang.org/x/sys/cpu"

// hasAES reports whether crypto/aes uses the processor's instructions, which some
// do not have: those of the Raspberry Pi 3 and 4 are among them.
var hasAES = cpu.ARM64.HasAES

package datagram

import "golang.org/x/sys/cpu"

// hasAES reports whether crypto/aes uses the processor's instructions.
var hasAES = cpu.S390X.HasAES && cpu.S390X.HasAESCBC

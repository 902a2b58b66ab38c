package datagram

import "golang.org/x/sys/cpu"

// hasAES reports whether crypto/aes uses the processor's instructions. Some
// processors have none, among them those of the Raspberry Pi 3 and 4.
var hasAES = cpu.ARM64.HasAES

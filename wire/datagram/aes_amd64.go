package datagram

import "golang.org/x/sys/cpu"

// hasAES reports whether crypto/aes uses the processor's instructions.
var hasAES = cpu.X86.HasAES && cpu.X86.HasSSE41 && cpu.X86.HasSSSE3

// Package archive packs the servers for all platforms into one file and takes
// one out again.
//
// Programs for the same processor and different systems have much in common, so
// those of one architecture stand behind each other in one LZMA stream, and
// those that are alone in theirs in another. The file is
//
//	a line: sources SHA256, the hash of what the programs were made of
//	a line for each program: STREAM OS/ARCHvVARIANT SIZE SHA256
//	a line for each stream:  STREAM SIZE
//	an empty line
//	the streams, in the order of their lines
//
// with sizes in bytes and programs in the order in which they stand in their
// stream.
package archive

import "errors"

// Limits of what is read, against a damaged file.
const (
	maxIndex      = 64 << 10 // bytes of the lines
	maxProgram    = 64 << 20 // bytes of one program
	maxDictionary = 64 << 20 // bytes that a stream may refer back over
	minDictionary = 4 << 10
)

var errDamaged = errors.New("the archive of servers is damaged")

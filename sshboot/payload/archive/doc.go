// Package archive packs the servers for all platforms into one file, and reads single
// servers from it.
//
// Programs for the same processor and different systems have much in common. The programs
// of one architecture are therefore concatenated in one LZMA2 stream, and the only programs
// of their architectures in another, each as package filter has packed it. The file is
//
//	a line: sources SHA256, the hash of the sources of the programs
//	a line for each program: STREAM OS/ARCHvVARIANT SIZE SHA256
//	a line for each stream:  STREAM SIZE
//	an empty line
//	the streams, in the order of their lines
//
// with sizes in bytes, and programs in their order in the stream. A stream is read as far
// as the end of the program that is opened.
package archive

import "errors"

// Limits for reading an archive, which may be damaged.
const (
	maxIndex      = 64 << 10 // size of the lines in bytes
	maxProgram    = 64 << 20 // size of a program in bytes
	maxDictionary = 64 << 20 // size of the LZMA dictionary in bytes
	minDictionary = 4 << 10
	maxChunk      = 2 << 20 // size of a part of an LZMA2 stream in bytes, unpacked
)

var errDamaged = errors.New("the archive of servers is damaged")

package wire

import (
	"crypto/rand"
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// protocolVersion is mosh's since 2012.
const protocolVersion = 2

// shutdownNum is the state number that announces the end of the session. Its
// acknowledgement confirms the end.
const shutdownNum = math.MaxUint64

// maxChaff is the maximum of random bytes, which hide the length of an
// instruction.
const maxChaff = 16

// ErrVersion means that the peer uses another version of the protocol. It ends
// the session.
var ErrVersion = errors.New("peer speaks another version of the mosh protocol")

var errInstruction = errors.New("malformed instruction")

// instruction is one diff with its numbers (protocol, section 5).
type instruction struct {
	oldNum       uint64 // the state that the diff applies to
	newNum       uint64 // the state that it makes
	ackNum       uint64 // the newest state of the peer that the sender holds
	throwawayNum uint64 // states below are not needed any more
	diff         []byte
}

// announcesEnd reports whether the peer ends the session and waits for an
// acknowledgement. An instruction from shutdownNum to itself only answers.
func (in *instruction) announcesEnd() bool {
	return in.newNum == shutdownNum && in.oldNum != shutdownNum
}

const (
	fieldVersion   protowire.Number = 1
	fieldOld       protowire.Number = 2
	fieldNew       protowire.Number = 3
	fieldAck       protowire.Number = 4
	fieldThrowaway protowire.Number = 5
	fieldDiff      protowire.Number = 6
	fieldChaff     protowire.Number = 7
)

func (in *instruction) append(dst []byte) []byte {
	dst = appendUint(dst, fieldVersion, protocolVersion)
	dst = appendUint(dst, fieldOld, in.oldNum)
	dst = appendUint(dst, fieldNew, in.newNum)
	dst = appendUint(dst, fieldAck, in.ackNum)
	dst = appendUint(dst, fieldThrowaway, in.throwawayNum)
	if len(in.diff) == 0 {
		return dst
	}
	dst = protowire.AppendTag(dst, fieldDiff, protowire.BytesType)
	return protowire.AppendBytes(dst, in.diff)
}

func appendUint(dst []byte, n protowire.Number, v uint64) []byte {
	dst = protowire.AppendTag(dst, n, protowire.VarintType)
	return protowire.AppendVarint(dst, v)
}

// appendChaff appends the field of 0 to maxChaff random bytes. They are characters
// of six random bits, which take about a byte each when packed, like text.
func appendChaff(dst []byte) []byte {
	dst = protowire.AppendTag(dst, fieldChaff, protowire.BytesType)
	at := len(dst)
	dst = append(dst, make([]byte, 1+maxChaff)...)
	rand.Read(dst[at:]) // never fails (package crypto/rand)
	n := dst[at] % (maxChaff + 1)
	dst[at] = n
	letters := dst[at+1 : at+1+int(n)]
	for i, b := range letters {
		letters[i] = '@' + b%64
	}
	return dst[:at+1+int(n)]
}

// parse parses an instruction, whose diff is a part of b. Absent fields are zero,
// unknown ones are skipped, and the last of a repeated field counts. The error is
// ErrVersion if the version is another.
func (in *instruction) parse(b []byte) error {
	*in = instruction{}
	var version uint64
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errInstruction
		}
		b = b[n:]
		switch {
		case typ == protowire.VarintType && num <= fieldThrowaway:
			var v uint64
			v, n = protowire.ConsumeVarint(b)
			*in.numberField(num, &version) = v
		case typ == protowire.BytesType && num == fieldDiff:
			in.diff, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return errInstruction
		}
		b = b[n:]
	}
	if version != protocolVersion {
		return ErrVersion
	}
	return nil
}

func (in *instruction) numberField(n protowire.Number, version *uint64) *uint64 {
	switch n {
	case fieldOld:
		return &in.oldNum
	case fieldNew:
		return &in.newNum
	case fieldAck:
		return &in.ackNum
	case fieldThrowaway:
		return &in.throwawayNum
	}
	return version
}

package session

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"testing"

	"github.com/ProtonMail/go-crypto/ocb"
	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/datagram"
)

// attacker is a client that has the key and follows no rule: it makes datagrams
// by itself (protocol, sections 2, 4 and 5).
type attacker struct {
	r    *rig
	aead cipher.AEAD
	seq  uint64

	ack, throwaway uint64 // of its instructions
}

func newAttacker(t testing.TB, r *rig) *attacker {
	t.Helper()
	block, err := aes.NewCipher(r.key[:])
	if err != nil {
		t.Fatal(err)
	}
	aead, err := ocb.NewOCBWithNonceAndTagSize(block, 12, 16)
	if err != nil {
		t.Fatal(err)
	}
	return &attacker{r: r, aead: aead, seq: 1 << 40}
}

// send sends the session an instruction.
func (a *attacker) send(oldNum, newNum uint64, diff []byte) {
	var in []byte
	for i, n := range []uint64{2, oldNum, newNum, a.ack, a.throwaway} {
		in = protowire.AppendTag(in, protowire.Number(i+1), protowire.VarintType)
		in = protowire.AppendVarint(in, n)
	}
	in = protowire.AppendTag(in, 6, protowire.BytesType)
	in = protowire.AppendBytes(in, diff)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(in)
	z.Close()
	rest := packed.Bytes()
	id := 1<<40 + a.seq
	for number, final := uint16(0), uint16(0); final == 0; number++ {
		n := min(len(rest), 1000)
		if n == len(rest) {
			final = 1 << 15
		}
		plain := []byte{0xff, 0xff, 0xff, 0xff} // no stamps
		plain = binary.BigEndian.AppendUint64(plain, id)
		plain = binary.BigEndian.AppendUint16(plain, final|number)
		a.datagram(append(plain, rest[:n]...))
		rest = rest[n:]
	}
}

// datagram seals plain and passes it to the session.
func (a *attacker) datagram(plain []byte) {
	a.seq++
	nonce := binary.BigEndian.AppendUint64(make([]byte, 4), a.seq)
	data := a.aead.Seal(nonce[4:], nonce, plain, nil)
	a.r.session.Receive(a.r.Now, data, datagram.Path{Local: serverAddr, Remote: clientAddr}, false)
}

package datagram

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"reflect"
	"testing"

	"gm/wire/softaes"
)

// The key of RFC 7253, appendix A, and the data of which the vectors use the
// beginning.
var (
	vectorKey  = counting(16)
	vectorData = counting(40)
)

func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// ciphers returns the implementations of AES-128-OCB3 with a key.
func ciphers(t *testing.T, key []byte) map[string]cipher.AEAD {
	t.Helper()
	hardware, err := newHardwareAEAD(Key(key))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]cipher.AEAD{"hardware": hardware, "software": softaes.NewOCB((*[softaes.KeySize]byte)(key))}
}

// TestOCBVectors tests the vectors of RFC 7253, appendix A, for
// AEAD_AES_128_OCB_TAGLEN128.
func TestOCBVectors(t *testing.T) {
	for name, aead := range ciphers(t, vectorKey) {
		t.Run(name, func(t *testing.T) { testOCBVectors(t, aead) })
	}
}

func testOCBVectors(t *testing.T, aead cipher.AEAD) {
	for _, v := range []struct {
		nonce                 byte // the last of the nonce
		associated, plaintext int  // lengths
		ciphertext            string
	}{
		{0x00, 0, 0, "785407BFFFC8AD9EDCC5520AC9111EE6"},
		{0x01, 8, 8, "6820B3657B6F615A5725BDA0D3B4EB3A257C9AF1F8F03009"},
		{0x02, 8, 0, "81017F8203F081277152FADE694A0A00"},
		{0x03, 0, 8, "45DD69F8F5AAE72414054CD1F35D82760B2CD00D2F99BFA9"},
		{0x04, 16, 16, "571D535B60B277188BE5147170A9A22C3AD7A4FF3835B8C5701C1CCEC8FC3358"},
		{0x05, 16, 0, "8CF761B6902EF764462AD86498CA6B97"},
		{0x06, 0, 16, "5CE88EC2E0692706A915C00AEB8B2396F40E1C743F52436BDF06D8FA1ECA343D"},
		{0x07, 24, 24, "1CA2207308C87C010756104D8840CE1952F09673A448A122C92C62241051F57356D7F3C90BB0E07F"},
		{0x08, 24, 0, "6DC225A071FC1B9F7C69F93B0F1E10DE"},
		{0x09, 0, 24, "221BD0DE7FA6FE993ECCD769460A0AF2D6CDED0C395B1C3CE725F32494B9F914D85C0B1EB38357FF"},
		{0x0a, 32, 32, "BD6F6C496201C69296C11EFD138A467ABD3C707924B964DEAFFC40319AF5A48540FBBA186C5553C68AD9F592A79A4240"},
		{0x0b, 32, 0, "FE80690BEE8A485D11F32965BC9D2A32"},
		{0x0c, 0, 32, "2942BFC773BDA23CABC6ACFD9BFD5835BD300F0973792EF46040C53F1432BCDFB5E1DDE3BC18A5F840B52E653444D5DF"},
		{0x0d, 40, 40, "D5CA91748410C1751FF8A2F618255B68A0A12E093FF454606E59F9C1D0DDC54B65E8628E568BAD7AED07BA06A4A69483A7035490C5769E60"},
		{0x0e, 40, 0, "C5CD9D1850C141E358649994EE701B68"},
		{0x0f, 0, 40, "4412923493C57D5DE0D700F753CCE0D1D2D95060122E9F15A5DDBFC5787E50B5CC55EE507BCB084E479AD363AC366B95A98CA5F3000B1479"},
	} {
		nonce, _ := hex.DecodeString("BBAA99887766554433221100")
		nonce[11] = v.nonce
		associated, plain := vectorData[:v.associated], vectorData[:v.plaintext]
		want, _ := hex.DecodeString(v.ciphertext)
		got := aead.Seal(nil, nonce, plain, associated)
		if !bytes.Equal(got, want) {
			t.Errorf("nonce %x: sealed %X, want %X", nonce, got, want)
		}
		back, err := aead.Open(nil, nonce, want, associated)
		if err != nil || !bytes.Equal(back, plain) {
			t.Errorf("nonce %x: opened %X, %v, want %X", nonce, back, err, plain)
		}
	}
}

// TestOCBIterated tests the loop at the end of RFC 7253, appendix A, for 128-bit
// keys and tags.
func TestOCBIterated(t *testing.T) {
	key := make([]byte, 16)
	key[15] = 128 // TAGLEN
	for name, aead := range ciphers(t, key) {
		t.Run(name, func(t *testing.T) { testOCBIterated(t, aead) })
	}
}

func testOCBIterated(t *testing.T, aead cipher.AEAD) {
	nonce := func(n int) []byte { return binary.BigEndian.AppendUint32(make([]byte, 8), uint32(n)) }
	var c []byte
	for i := range 128 {
		s := make([]byte, i)
		c = aead.Seal(c, nonce(3*i+1), s, s)
		c = aead.Seal(c, nonce(3*i+2), s, nil)
		c = aead.Seal(c, nonce(3*i+3), nil, s)
	}
	got := aead.Seal(nil, nonce(385), nil, c)
	want, _ := hex.DecodeString("67E944D23256C5E0B6C61FA22FDF1EA2")
	if !bytes.Equal(got, want) {
		t.Errorf("output is %X, want %X", got, want)
	}
}

// TestCipherIsChosen checks the choice, which depends on the processor alone.
func TestCipherIsChosen(t *testing.T) {
	chosen, err := newAEAD(Key(vectorKey))
	if err != nil {
		t.Fatal(err)
	}
	want := ciphers(t, vectorKey)["software"]
	if hasAES {
		want = ciphers(t, vectorKey)["hardware"]
	}
	if reflect.TypeOf(chosen) != reflect.TypeOf(want) {
		t.Errorf("the cipher is a %T, want a %T", chosen, want)
	}
}

package sshclient

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The field of the drunken bishop walk, which moves diagonally by two bits of the
// fingerprint at a time ("The drunken bishop", Loss, Limmer, von Gernler, 2009).
const (
	artWidth  = 17
	artHeight = 9
	artMarks  = " .o+=*BOX@%&#/^"
)

// randomArt returns the drawing of key that ssh shows with VisualHostKey.
func randomArt(key ssh.PublicKey) string {
	var visits [artHeight][artWidth]int
	x, y := artWidth/2, artHeight/2
	for _, b := range sha256.Sum256(key.Marshal()) {
		for range 4 {
			x = min(max(x+int(b&1)*2-1, 0), artWidth-1)
			y = min(max(y+int(b>>1&1)*2-1, 0), artHeight-1)
			visits[y][x]++
			b >>= 2
		}
	}
	var art strings.Builder
	art.WriteString(artBorder(fmt.Sprintf("[%s %d]", keyName(key), keyBits(key))) + "\n")
	for row := range visits {
		art.WriteByte('|')
		for column, n := range visits[row] {
			mark := artMarks[min(n, len(artMarks)-1)]
			switch {
			case row == y && column == x:
				mark = 'E'
			case row == artHeight/2 && column == artWidth/2:
				mark = 'S'
			}
			art.WriteByte(mark)
		}
		art.WriteString("|\n")
	}
	art.WriteString(artBorder("[SHA256]"))
	return art.String()
}

// artBorder returns a border with the title centered, or one column left of the center.
func artBorder(title string) string {
	title = title[:min(len(title), artWidth)]
	left := (artWidth - len(title)) / 2
	return "+" + strings.Repeat("-", left) + title + strings.Repeat("-", artWidth-left-len(title)) + "+"
}

func keyBits(key ssh.PublicKey) int {
	if crypto, ok := key.(ssh.CryptoPublicKey); ok {
		switch k := crypto.CryptoPublicKey().(type) {
		case *rsa.PublicKey:
			return k.N.BitLen()
		case *ecdsa.PublicKey:
			return k.Curve.Params().BitSize
		}
	}
	return 256
}

package sshkey

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/x509"
	"encoding/pem"

	"golang.org/x/crypto/chacha20"
	//lint:ignore SA1019 OpenSSH's construction is not that of RFC 8439
	"golang.org/x/crypto/poly1305"
	"golang.org/x/crypto/ssh"
)

// Private keys in OpenSSH's format (PROTOCOL.key). The SSH library supports two of the
// ciphers; ssh-keygen -Z may choose any cipher of ssh.

const (
	openSSHKey   = "OPENSSH PRIVATE KEY"
	openSSHMagic = "openssh-key-v1\x00"
	// maxRounds bounds the work of bcryptKey. It is the SSH library's limit; the default of
	// ssh-keygen is 16.
	maxRounds = 1 << 11
)

// keyCipher is a cipher of a private key.
type keyCipher struct {
	key, iv, tag int // lengths in bytes
	// decrypt decrypts data, which ends with the tag. It returns an error for truncated
	// data.
	decrypt func(key, iv, data []byte) ([]byte, error)
}

// keyCiphers contains the ciphers of ssh -Q cipher.
var keyCiphers = map[string]keyCipher{
	"3des-cbc":                      {24, 8, 0, cbc(des.NewTripleDESCipher)},
	"aes128-cbc":                    {16, 16, 0, cbc(aes.NewCipher)},
	"aes192-cbc":                    {24, 16, 0, cbc(aes.NewCipher)},
	"aes256-cbc":                    {32, 16, 0, cbc(aes.NewCipher)},
	"rijndael-cbc@lysator.liu.se":   {32, 16, 0, cbc(aes.NewCipher)},
	"aes128-ctr":                    {16, 16, 0, decryptCTR},
	"aes192-ctr":                    {24, 16, 0, decryptCTR},
	"aes256-ctr":                    {32, 16, 0, decryptCTR},
	"aes128-gcm@openssh.com":        {16, 12, 16, decryptGCM},
	"aes256-gcm@openssh.com":        {32, 12, 16, decryptGCM},
	"chacha20-poly1305@openssh.com": {64, 0, 16, decryptChaCha20},
}

// openSSHPrivate is a private key in OpenSSH's format.
type openSSHPrivate struct {
	Cipher, KDF string
	Options     []byte // of the KDF
	Count       uint32
	Public      []byte
	Private     []byte
	Tag         []byte `ssh:"rest"` // of the cipher
}

func parseOpenSSHKey(der []byte) (k openSSHPrivate, err error) {
	rest, ok := bytes.CutPrefix(der, []byte(openSSHMagic))
	if !ok {
		return k, errUnknownEncryption
	}
	return k, ssh.Unmarshal(rest, &k)
}

// kdf returns the parameters of bcryptKey. ok is false for another derivation function,
// and for more than maxRounds.
func (k openSSHPrivate) kdf() (salt []byte, rounds int, ok bool) {
	var options struct {
		Salt   []byte
		Rounds uint32
	}
	if k.KDF != "bcrypt" || ssh.Unmarshal(k.Options, &options) != nil || options.Rounds < 1 || options.Rounds > maxRounds {
		return nil, 0, false
	}
	return options.Salt, int(options.Rounds), true
}

// supported reports whether decrypt supports the encryption of k.
func (k openSSHPrivate) supported() bool {
	cipher, ok := keyCiphers[k.Cipher]
	_, _, derived := k.kdf()
	return ok && derived && k.Count == 1 && len(k.Tag) == cipher.tag
}

// decrypt returns the key in the same format without encryption.
func (k openSSHPrivate) decrypt(passphrase []byte) ([]byte, error) {
	if !k.supported() {
		return nil, errUnknownEncryption
	}
	c := keyCiphers[k.Cipher]
	salt, rounds, _ := k.kdf()
	derived := bcryptKey(passphrase, salt, rounds, c.key+c.iv)
	defer clear(derived)
	plain, err := c.decrypt(derived[:c.key], derived[c.key:], append(bytes.Clone(k.Private), k.Tag...))
	if err != nil {
		return nil, x509.IncorrectPasswordError
	}
	defer clear(plain)
	if len(plain) < 8 || !bytes.Equal(plain[:4], plain[4:8]) { // the two check values
		return nil, x509.IncorrectPasswordError
	}
	open := openSSHPrivate{Cipher: "none", KDF: "none", Count: 1, Public: k.Public, Private: plain}
	return pem.EncodeToMemory(&pem.Block{Type: openSSHKey, Bytes: append([]byte(openSSHMagic), ssh.Marshal(open)...)}), nil
}

func cbc(open func([]byte) (cipher.Block, error)) func(key, iv, data []byte) ([]byte, error) {
	return func(key, iv, data []byte) ([]byte, error) {
		block, err := open(key)
		if err != nil || len(data)%block.BlockSize() != 0 {
			return nil, errUnknownEncryption
		}
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
		return data, nil
	}
}

func decryptCTR(key, iv, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	cipher.NewCTR(block, iv).XORKeyStream(data, data)
	return data, nil
}

func decryptGCM(key, iv, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return aead.Open(data[:0], iv, data, nil)
}

// decryptChaCha20 decrypts data as packet 0 of chacha20-poly1305@openssh.com (OpenSSH,
// PROTOCOL.chacha20poly1305). There is no encrypted length, so the second half of the key
// is unused.
func decryptChaCha20(key, _, data []byte) ([]byte, error) {
	stream, err := chacha20.NewUnauthenticatedCipher(key[:chacha20.KeySize], make([]byte, chacha20.NonceSize))
	if err != nil || len(data) < poly1305.TagSize {
		return nil, errUnknownEncryption
	}
	var authentication [32]byte
	stream.XORKeyStream(authentication[:], authentication[:])
	text, tag := data[:len(data)-poly1305.TagSize], [poly1305.TagSize]byte(data[len(data)-poly1305.TagSize:])
	if !poly1305.Verify(&tag, text, &authentication) {
		return nil, x509.IncorrectPasswordError
	}
	stream.SetCounter(1)
	stream.XORKeyStream(text, text)
	return text, nil
}

package sshkey

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
)

// PKCS #8 private keys encrypted with PBES2 (RFC 8018), as written by ssh-keygen -m
// PKCS8. The SSH library does not parse them.

const encryptedPKCS8 = "ENCRYPTED PRIVATE KEY"

// maxIterations bounds the work of PBKDF2. The default of OpenSSL is 2048.
const maxIterations = 2_000_000

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
)

// pbkdf2Hashes maps object identifiers to hashes for PBKDF2 (RFC 8018, appendix B.1).
var pbkdf2Hashes = map[string]func() hash.Hash{
	"":                   sha1.New, // the default
	"1.2.840.113549.2.7": sha1.New,
	"1.2.840.113549.2.9": sha256.New,
}

// blockCipher is a block cipher for CBC mode.
type blockCipher struct {
	keyBytes int
	open     func(key []byte) (cipher.Block, error)
}

// pbes2Ciphers maps object identifiers to the secure ciphers of RFC 8018, appendix B.2.
var pbes2Ciphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// pbes2 is an encrypted PKCS #8 key with its encryption parameters.
type pbes2 struct {
	hash       func() hash.Hash
	salt       []byte
	iterations int
	cipher     blockCipher
	iv, data   []byte
}

// parsePKCS8 parses an EncryptedPrivateKeyInfo (RFC 5958, section 3).
func parsePKCS8(der []byte) (p pbes2, err error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	var scheme struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	var kdf struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	for _, part := range []struct {
		der *[]byte
		to  any
	}{{&der, &info}, {&info.Algorithm.Parameters.FullBytes, &scheme}, {&scheme.KDF.Parameters.FullBytes, &kdf}, {&scheme.Cipher.Parameters.FullBytes, &p.iv}} {
		if _, err := asn1.Unmarshal(*part.der, part.to); err != nil {
			return p, errUnknownEncryption
		}
	}
	hash, knownHash := pbkdf2Hashes[kdf.PRF.Algorithm.String()]
	block, knownCipher := pbes2Ciphers[scheme.Cipher.Algorithm.String()]
	if !info.Algorithm.Algorithm.Equal(oidPBES2) || !scheme.KDF.Algorithm.Equal(oidPBKDF2) || !knownHash || !knownCipher ||
		kdf.Iterations < 1 || kdf.Iterations > maxIterations {
		return p, errUnknownEncryption
	}
	p.hash, p.salt, p.iterations, p.cipher, p.data = hash, kdf.Salt, kdf.Iterations, block, info.Data
	return p, nil
}

func (p pbes2) decrypt(passphrase []byte) ([]byte, error) {
	key, err := pbkdf2.Key(p.hash, string(passphrase), p.salt, p.iterations, p.cipher.keyBytes)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return decryptCBC(p.cipher, key, p.iv, p.data)
}

// decryptCBC decrypts data and removes the padding (RFC 8018, section 6.1.1).
func decryptCBC(b blockCipher, key, iv, data []byte) ([]byte, error) {
	block, err := b.open(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errUnknownEncryption
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size {
		return nil, x509.IncorrectPasswordError
	}
	return plain[:len(plain)-padding], nil
}

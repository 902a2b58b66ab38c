package payload

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
)

// HashDigits is how many hexadecimal digits of a program's SHA-256 name it.
const HashDigits = 16

// Payload is a program for one platform.
type Payload struct {
	Platform Platform
	Hash     string // of the content: the first HashDigits of its SHA-256
	Size     int64  // bytes
	// Open gives the content.
	Open func() (io.ReadCloser, error)
}

// Set is the programs at hand.
type Set []Payload

// On gives the program for a platform.
func (s Set) On(platform Platform) (Payload, bool) {
	i := slices.IndexFunc(s, func(p Payload) bool { return p.Platform == platform })
	if i < 0 {
		return Payload{}, false
	}
	return s[i], true
}

// Native is the platform that this program was built for.
func Native() Platform {
	p := Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok || p.Arch != "arm" {
		return p
	}
	for _, setting := range info.Settings {
		if setting.Key == "GOARM" && setting.Value != "" {
			p.Variant = setting.Value[:1] // "7", "6,softfloat"
		}
	}
	return p
}

// Self is the running program, which is read once.
var Self = sync.OnceValues(func() (Payload, error) { return New(Native(), openSelf) })

// New reads the content once, for its size and hash.
func New(platform Platform, open func() (io.ReadCloser, error)) (Payload, error) {
	f, err := open()
	if err != nil {
		return Payload{}, fmt.Errorf("read the program for %s: %w", platform, err)
	}
	defer f.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, f)
	if err != nil {
		return Payload{}, fmt.Errorf("read the program for %s: %w", platform, err)
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	return Payload{Platform: platform, Hash: sum[:HashDigits], Size: size, Open: open}, nil
}

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

// HashDigits is the number of hexadecimal digits of a program's SHA-256 in its name.
const HashDigits = 16

// Payload is a program for one platform.
type Payload struct {
	Platform Platform
	Hash     string // the first HashDigits digits of the SHA-256 of the content
	Size     int64  // in bytes
	// Open opens the content.
	Open func() (io.ReadCloser, error)
}

// Set is a list of programs.
type Set []Payload

// On returns the program for a platform, and reports whether there is one.
func (s Set) On(platform Platform) (Payload, bool) {
	i := slices.IndexFunc(s, func(p Payload) bool { return p.Platform == platform })
	if i < 0 {
		return Payload{}, false
	}
	return s[i], true
}

// Native returns the platform for which this program was built.
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

// Self returns the running program. It reads the program once.
var Self = sync.OnceValues(func() (Payload, error) { return New(Native(), openSelf) })

// New returns the program with the size and hash of its content, which it reads once.
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

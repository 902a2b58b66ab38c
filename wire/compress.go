package wire

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"

	"gm/wire/deflate"
)

// An instruction is packed into a zlib stream (RFC 1950): a header, deflate
// blocks, and the Adler-32 checksum of the plain bytes. The frame is written here
// because package compress/zlib allocates for each stream.
const (
	zlibHeader = 2
	zlibSum    = 4

	zlibDeflate = 8      // CM
	zlibWindow  = 7      // CINFO: 32 KB
	zlibDict    = 1 << 5 // FDICT
	zlibCheck   = 31     // the header is a multiple of it
)

var (
	errTooLong = errors.New("instruction is too long")
	errZlib    = errors.New("not a zlib stream")
)

// deflater packs instructions into zlib streams, each valid until the next call of
// pack. The zero deflater is ready.
type deflater struct {
	short deflate.Encoder
	long  *flate.Writer // nil until it is needed, because it takes 0.8 MB
	out   []byte
}

func (d *deflater) pack(b []byte) []byte {
	// The header that zlib writes at its default level.
	d.out = append(recycle(d.out), zlibWindow<<4|zlibDeflate, 0x9c)
	if len(b) <= deflate.MaxLen {
		d.out = d.short.Append(d.out, b)
	} else {
		d.out = d.appendLong(d.out, b)
	}
	d.out = binary.BigEndian.AppendUint32(d.out, adler32.Checksum(b))
	return d.out
}

func (d *deflater) appendLong(dst, b []byte) []byte {
	out := bytes.NewBuffer(dst)
	if d.long == nil {
		// The level is valid, and writes to a bytes.Buffer do not fail.
		d.long, _ = flate.NewWriter(out, flate.DefaultCompression)
	} else {
		d.long.Reset(out)
	}
	d.long.Write(b)
	d.long.Close()
	return out.Bytes()
}

// inflater unpacks zlib streams of instructions of at most maxPacked bytes, each
// valid until the next call of unpack. The zero inflater is ready.
type inflater struct {
	src bytes.Reader
	r   io.ReadCloser
	out []byte
}

func (i *inflater) unpack(packed []byte) ([]byte, error) {
	if len(packed) < zlibHeader || !validHeader(packed[0], packed[1]) {
		return nil, errZlib
	}
	i.src.Reset(packed[zlibHeader:])
	if err := i.inflate(); err != nil {
		return nil, err
	}
	var sum [zlibSum]byte
	if n, _ := i.src.Read(sum[:]); n < zlibSum || binary.BigEndian.Uint32(sum[:]) != adler32.Checksum(i.out) {
		return nil, errZlib
	}
	return i.out, nil
}

func validHeader(cmf, flg byte) bool {
	return cmf&0xf == zlibDeflate && cmf>>4 <= zlibWindow &&
		(int(cmf)<<8|int(flg))%zlibCheck == 0 && flg&zlibDict == 0
}

func (i *inflater) inflate() error {
	if i.r == nil {
		i.r = flate.NewReader(&i.src)
	} else if err := i.r.(flate.Resetter).Reset(&i.src, nil); err != nil {
		return fmt.Errorf("unpack an instruction: %w", err)
	}
	i.out = recycle(i.out)
	for {
		if len(i.out) == cap(i.out) {
			i.out = append(i.out, 0)[:len(i.out)]
		}
		n, err := i.r.Read(i.out[len(i.out):cap(i.out)])
		i.out = i.out[:len(i.out)+n]
		switch {
		case len(i.out) > maxPacked:
			return errTooLong
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("unpack an instruction: %w", err)
		}
	}
}

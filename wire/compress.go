package wire

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
)

// An instruction is packed into a zlib stream (RFC 1950): a header, deflate
// blocks, and the Adler-32 sum of what is in them. The frame is made here
// because package compress/zlib allocates for each stream.
const (
	zlibHeader = 2
	zlibSum    = 4

	zlibDeflate = 8      // CM
	zlibWindow  = 7      // CINFO: 32 KB
	zlibDict    = 1 << 5 // FDICT
	zlibCheck   = 31     // the header is a multiple of it
)

// oneBlock is how much compress/flate is sure to put into one block.
const oneBlock = 1<<14 - 1

var (
	errTooLong = errors.New("instruction is too long")
	errZlib    = errors.New("not a zlib stream")
)

// deflater packs instructions. A flate writer costs 0.8 MB, so one is kept. The
// zero deflater is ready.
type deflater struct {
	w      *flate.Writer
	blocks bytes.Buffer
	out    []byte
	check  inflater
}

// pack gives b packed, valid until the next call.
func (d *deflater) pack(b []byte) []byte {
	d.deflate(b)
	if len(b) <= oneBlock {
		// How compress/flate makes blocks is its own affair: look.
		d.frame(appendTrimmed, b)
		if got, err := d.check.unpack(d.out); err == nil && bytes.Equal(got, b) {
			return d.out
		}
	}
	d.frame(appendAll, b)
	return d.out
}

// deflate fills d.blocks (RFC 1951).
func (d *deflater) deflate(b []byte) {
	if d.blocks.Cap() > maxIdle {
		d.blocks = bytes.Buffer{}
	}
	d.blocks.Reset()
	if d.w == nil {
		// The level is a valid one, and a bytes.Buffer takes all.
		d.w, _ = flate.NewWriter(&d.blocks, flate.DefaultCompression)
	} else {
		d.w.Reset(&d.blocks)
	}
	d.w.Write(b)
	d.w.Close()
}

// frame fills d.out with the stream of b, whose blocks are in d.blocks.
func (d *deflater) frame(appendBlocks func(dst, blocks []byte) []byte, b []byte) {
	// The header that zlib writes at its default level.
	d.out = append(recycle(d.out), zlibWindow<<4|zlibDeflate, 0x9c)
	d.out = appendBlocks(d.out, d.blocks.Bytes())
	d.out = binary.BigEndian.AppendUint32(d.out, adler32.Checksum(b))
}

func appendAll(dst, blocks []byte) []byte { return append(dst, blocks...) }

// inflater unpacks instructions, of at most maxPacked bytes. The zero inflater
// is ready.
type inflater struct {
	src bytes.Reader
	r   io.ReadCloser
	out []byte
}

// unpack gives what was packed, valid until the next call.
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

// inflate fills i.out with what is in the blocks of i.src.
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

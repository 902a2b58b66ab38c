package forward

import (
	"sync"
	"sync/atomic"
)

const (
	// smallBuffer is the size of the buffer with which an idle connection waits for bytes.
	smallBuffer = 4 << 10
	// readBuffer is that of a connection that has filled the small one.
	readBuffer = 64 << 10
	// writeBuffer bounds the bytes that are written to a connection at once.
	writeBuffer = 256 << 10

	// maxReading is the number of buffers of a connection that are read or wait for room in
	// the stream.
	maxReading = 2
	// maxWriting is the number of chunks of a connection that wait to be written.
	maxWriting = 2

	// maxMemory bounds the buffers of all connections, in bytes. Beyond it each has small ones
	// alone, and writes one at a time.
	maxMemory = 16 << 20
)

var bufferSizes = [...]int{smallBuffer, readBuffer, writeBuffer}

// buffers are pools of buffers of each size.
type buffers struct {
	pools [len(bufferSizes)]sync.Pool
	used  atomic.Int64 // bytes of buffers that get has returned and put has not
}

// full reports whether buffers other than small ones have to wait.
func (b *buffers) full() bool { return b.used.Load() >= maxMemory }

// get returns a buffer of the least size that holds n bytes.
func (b *buffers) get(n int) *[]byte {
	i := 0
	for bufferSizes[i] < n {
		i++
	}
	b.used.Add(int64(bufferSizes[i]))
	if p, ok := b.pools[i].Get().(*[]byte); ok {
		return p
	}
	p := make([]byte, bufferSizes[i])
	return &p
}

// put makes a buffer available again; nil is fine.
func (b *buffers) put(p *[]byte) {
	for i, size := range bufferSizes {
		if p != nil && len(*p) == size {
			b.used.Add(int64(-size))
			b.pools[i].Put(p)
		}
	}
}

// chunk is bytes on their way between a connection and a stream.
type chunk struct {
	buf  *[]byte // of data; nil if it is not of the pool
	data []byte
	end  bool // no bytes follow
}

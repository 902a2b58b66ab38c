package stream

import "math/bits"

const (
	// maxMemory bounds the buffers of all streams of a Conn in each direction, in bytes.
	maxMemory = 8 << 20
	// reservedMemory is the part of it that only the smallest buffers use. So a stream moves
	// even if the readers of others do not.
	reservedMemory = 2 << 20
	// maxFreeMemory bounds the buffers that are kept for later.
	maxFreeMemory = 2 << 20

	minBuffer = 2 << 10
	maxBuffer = 4 << 20

	// maxSpans bounds the parts of a stream that have arrived beyond a hole: twice as many as
	// there are if every other packet of a full window is lost. maxAllSpans bounds those
	// of all streams.
	maxSpans    = 4096
	maxAllSpans = 8192
)

// memory is the buffers of one direction of all streams. Their sizes are powers of two.
type memory struct {
	used      int // by buffers that get has returned and put has not
	freeBytes int
	free      [bufferClasses][][]byte // by size
	spans     int
}

const bufferClasses = 12 // minBuffer to maxBuffer

func bufferSize(n int) int {
	return 1 << bits.Len(uint(max(n, minBuffer)-1))
}

func bufferClass(size int) int { return bits.TrailingZeros(uint(size / minBuffer)) }

// get returns a buffer of at least n bytes, whose bytes are any; nil if memory is short. The
// buffer replaces one of so many bytes.
func (m *memory) get(n, replaced int) []byte {
	size := bufferSize(n)
	limit := maxMemory - reservedMemory
	if size == minBuffer {
		limit = maxMemory
	}
	if size > maxBuffer || m.used-replaced+size > limit {
		return nil
	}
	m.used += size
	if free := &m.free[bufferClass(size)]; len(*free) > 0 {
		last := len(*free) - 1
		buf := (*free)[last]
		(*free)[last] = nil
		*free = (*free)[:last]
		m.freeBytes -= size
		return buf
	}
	if m.used+m.freeBytes > maxMemory {
		m.release()
	}
	return make([]byte, size)
}

// put takes back a buffer of get; nil is none.
func (m *memory) put(buf []byte) {
	size := len(buf)
	m.used -= size
	if size == 0 || m.freeBytes+size > maxFreeMemory {
		return
	}
	m.freeBytes += size
	free := &m.free[bufferClass(size)]
	*free = append(*free, buf)
}

// release forgets the buffers that are free.
func (m *memory) release() {
	m.free, m.freeBytes = [bufferClasses][][]byte{}, 0
}

// share returns the size to which a stream may extend its buffer, of so many bytes, such that
// half as much is left to others.
func (m *memory) share(have int) int {
	return share(maxMemory-reservedMemory-(m.used-have), have)
}

// share returns the largest size of a buffer that leaves a third of left.
func share(left, have int) int {
	most := max(left, 0) / 3 * 2
	size := maxBuffer
	for size > max(most, minBuffer) {
		size /= 2
	}
	return max(size, have)
}

package session

const (
	// maxInput bounds the queued input in bytes; a single state of a client may exceed
	// it. A client with the extension "flow" sends less (state.InputWindow). States of
	// other clients that do not fit are refused, as if they had been lost.
	maxInput = 4 << 20

	// maxReplies bounds the terminal's replies in the queue, in bytes.
	maxReplies = 64 << 10

	// inputChunk is how many bytes are written to the program's terminal at once:
	// about the size of a line discipline's buffer.
	inputChunk = 4 << 10

	// maxMarks bounds the states whose end in the queue is recorded. An attachment
	// whose states exceed it has the end of its newest one recorded alone.
	maxMarks = 1024
)

// inputQueue is the input that the program's terminal has not accepted yet: keys of the
// clients, and replies of the terminal to the program. Only an interrupt discards some
// of it.
//
// Positions count bytes from the start of the session.
type inputQueue struct {
	buf     []byte // buf[head:] is queued
	head    int
	begin   uint64 // position of buf[head]
	writing int    // bytes that are being written
	marks   []inputMark
	// interrupt is the position of the newest character that interrupts the program.
	// It is queued if hasInterrupt is set and interrupt >= begin.
	interrupt    uint64
	hasInterrupt bool
	replies      int // bytes of replies since the queue was empty
}

// inputMark is the position at which the input of a state ends.
type inputMark struct {
	end  uint64
	from *Attachment
	num  uint64
}

func (q *inputQueue) size() int { return len(q.buf) - q.head }

func (q *inputQueue) end() uint64 { return q.begin + uint64(q.size()) }

// append adds the input that completes state num of an attachment. It may be empty.
func (q *inputQueue) append(from *Attachment, num uint64, keys []byte) {
	q.buf = append(q.buf, keys...)
	if len(q.marks) >= maxMarks {
		q.dropMark(from)
	}
	q.marks = append(q.marks, inputMark{q.end(), from, num})
}

func (q *inputQueue) dropMark(from *Attachment) {
	for i := len(q.marks) - 1; i >= 0; i-- {
		if q.marks[i].from == from {
			q.marks = append(q.marks[:i], q.marks[i+1:]...)
			return
		}
	}
}

// appendReply adds a reply of the terminal. It reports whether there was room: a reply
// is added whole or not at all.
func (q *inputQueue) appendReply(reply []byte) bool {
	if q.size() == 0 {
		q.replies = 0
	}
	if q.replies+len(reply) > maxReplies {
		return false
	}
	q.replies += len(reply)
	q.buf = append(q.buf, reply...)
	return true
}

// next returns the bytes to write next and marks them as being written; nil if the
// queue is empty or a write is under way. They must not be changed and are valid until
// wrote.
func (q *inputQueue) next() []byte {
	if q.writing > 0 {
		return nil
	}
	q.writing = min(q.size(), inputChunk)
	return q.buf[q.head : q.head+q.writing]
}

// wrote removes the first n of the bytes that next has returned.
func (q *inputQueue) wrote(n int) {
	q.writing = 0
	q.remove(n)
}

// remove removes the first n bytes. It releases a buffer that has become large.
func (q *inputQueue) remove(n int) {
	q.head += n
	q.begin += uint64(n)
	switch {
	case q.size() == 0:
		q.buf, q.head = q.buf[:0], 0
		if cap(q.buf) > maxInput/16 {
			q.buf = nil
		}
	case q.head > len(q.buf)/2:
		q.buf = q.buf[:copy(q.buf, q.buf[q.head:])]
		q.head = 0
	}
}

func (q *inputQueue) dropWaiting() {
	q.buf = q.buf[:q.head+q.writing]
	for i := range q.marks {
		q.marks[i].end = min(q.marks[i].end, q.end())
	}
}

// takeDelivered removes the leading marks of one attachment whose input is written, and
// returns that attachment with its newest state, 0 if it is none; nil if there is no
// such mark.
func (q *inputQueue) takeDelivered() (from *Attachment, num uint64) {
	n := 0
	for n < len(q.marks) && q.marks[n].end <= q.begin && (n == 0 || q.marks[n].from == from) {
		from, num = q.marks[n].from, max(num, q.marks[n].num)
		n++
	}
	q.marks = append(q.marks[:0], q.marks[n:]...)
	return from, num
}

// markInterrupt records that the byte at n from the end interrupts the program.
func (q *inputQueue) markInterrupt(n int) {
	q.interrupt, q.hasInterrupt = q.end()-uint64(n), true
}

// waitingInterrupt returns the newest interrupt character in the queue and the number
// of bytes before it; ok is false if there is none.
func (q *inputQueue) waitingInterrupt() (before int, c byte, ok bool) {
	if !q.hasInterrupt || q.interrupt < q.begin {
		q.hasInterrupt = false
		return 0, 0, false
	}
	before = int(q.interrupt - q.begin)
	return before, q.buf[q.head+before], true
}

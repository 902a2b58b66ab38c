package session

const (
	// maxInput bounds the input of a client that waits for a program that does
	// not read, in bytes; one state of a client may exceed it alone. A client
	// that has the extension "flow" sends less (state.InputWindow). States of
	// another one that do not fit are refused, as if they had been lost.
	maxInput = 4 << 20

	// maxAnswers bounds the answers of the terminal that wait beside it.
	maxAnswers = 64 << 10

	// inputChunk is how many bytes are written to the program's terminal at once:
	// about what a line discipline takes.
	inputChunk = 4 << 10

	// maxMarks bounds the states whose end in the queue is known; those in
	// between share that of a later one.
	maxMarks = 1024
)

// inputQueue is the program's input that its terminal has not taken yet: what was
// typed, and the answers of the terminal to the program. Nothing of it is lost but
// what comes before an interrupt.
//
// Positions count the bytes since the beginning of the session.
type inputQueue struct {
	buf     []byte // buf[head:] waits
	head    int
	begin   uint64 // position of buf[head]
	writing int    // bytes of it that are being written
	marks   []mark
	// interrupt is the position of the newest character that interrupts the
	// program; it is waiting if interrupt >= begin and interrupts.
	interrupt  uint64
	interrupts bool
	answers    int // bytes of answers since the queue was empty
}

// mark is the position where the input of a state of the user ends.
type mark struct {
	end uint64
	num uint64
}

// size returns how many bytes wait.
func (q *inputQueue) size() int { return len(q.buf) - q.head }

func (q *inputQueue) end() uint64 { return q.begin + uint64(q.size()) }

// put adds the input that completes the state num, which may be empty.
func (q *inputQueue) put(num uint64, keys []byte) {
	q.buf = append(q.buf, keys...)
	m := mark{q.end(), num}
	if len(q.marks) == maxMarks {
		q.marks[maxMarks-1] = m
		return
	}
	q.marks = append(q.marks, m)
}

// putAnswer adds an answer of the terminal, whole. It reports false if there is no
// room for it.
func (q *inputQueue) putAnswer(answer []byte) bool {
	if q.size() == 0 {
		q.answers = 0
	}
	if q.answers+len(answer) > maxAnswers {
		return false
	}
	q.answers += len(answer)
	q.buf = append(q.buf, answer...)
	return true
}

// next returns what is to be written next, and marks it as being written; nil if
// there is nothing or something is being written. It must not be changed, and is
// valid until wrote.
func (q *inputQueue) next() []byte {
	if q.writing > 0 {
		return nil
	}
	q.writing = min(q.size(), inputChunk)
	return q.buf[q.head : q.head+q.writing]
}

// wrote removes the n bytes that were written of those that next has returned.
func (q *inputQueue) wrote(n int) {
	q.writing = 0
	q.remove(n)
}

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

// dropWaiting drops all but what is being written.
func (q *inputQueue) dropWaiting() {
	q.buf = q.buf[:q.head+q.writing]
	for i := range q.marks {
		q.marks[i].end = min(q.marks[i].end, q.end())
	}
}

// take returns the newest state whose input is all written, and forgets it; 0 if
// there is none.
func (q *inputQueue) take() (num uint64) {
	n := 0
	for n < len(q.marks) && q.marks[n].end <= q.begin {
		num = q.marks[n].num
		n++
	}
	q.marks = append(q.marks[:0], q.marks[n:]...)
	return num
}

// noteInterrupt notes that the byte that is n from the end interrupts the program.
func (q *inputQueue) noteInterrupt(n int) {
	q.interrupt, q.interrupts = q.end()-uint64(n), true
}

// interruptWaits returns how many bytes there are before the newest interrupt, and
// that character; ok is false if none waits.
func (q *inputQueue) interruptWaits() (before int, c byte, ok bool) {
	if !q.interrupts || q.interrupt < q.begin {
		q.interrupts = false
		return 0, 0, false
	}
	before = int(q.interrupt - q.begin)
	return before, q.buf[q.head+before], true
}

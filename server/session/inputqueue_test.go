package session

import (
	"bytes"
	"strings"
	"testing"
)

// drain writes what waits in pieces and returns it.
func drain(q *inputQueue, piece int) string {
	var b strings.Builder
	for chunk := q.next(); len(chunk) > 0; chunk = q.next() {
		n := min(piece, len(chunk))
		b.Write(chunk[:n])
		q.wrote(n)
	}
	return b.String()
}

// oneClient is the attachment that input is from where there is one alone.
var oneClient = new(Attachment)

// takeState returns the newest state of oneClient whose input is delivered.
func takeState(q *inputQueue) uint64 {
	_, num := q.takeDelivered()
	return num
}

func TestInputQueue(t *testing.T) {
	for _, piece := range []int{1, 3, 1000} {
		var q inputQueue
		keys := []byte("one ")
		q.append(oneClient, 1, keys)
		clear(keys) // the queue keeps no reference
		if !q.appendReply([]byte("answer ")) {
			t.Error("an answer has no room")
		}
		q.append(oneClient, 3, nil)
		q.append(oneClient, 4, []byte("two"))
		if num := takeState(&q); num != 0 {
			t.Errorf("state %d is written before anything is", num)
		}
		q.wrote(len(q.next()[:4]))
		if num := takeState(&q); num != 1 {
			t.Errorf("state %d is written, want 1", num)
		}
		if got := drain(&q, piece); got != "answer two" || q.size() != 0 {
			t.Errorf("got %q", got)
		}
		if num := takeState(&q); num != 4 || takeState(&q) != 0 {
			t.Errorf("at the end state %d", num)
		}
		if q.next() != nil && len(q.next()) > 0 {
			t.Error("there is more")
		}
	}
}

// One chunk is being written at a time, of a size that a terminal takes.
func TestInputChunks(t *testing.T) {
	var q inputQueue
	text := strings.Repeat("0123456789", 100_000)
	q.append(oneClient, 1, []byte(text))
	chunk := q.next()
	if len(chunk) != inputChunk || q.next() != nil {
		t.Errorf("a chunk of %d bytes, and then %d", len(chunk), len(q.next()))
	}
	q.append(oneClient, 2, []byte("more"))
	if string(chunk) != text[:inputChunk] {
		t.Error("what is being written has changed")
	}
	q.wrote(7)
	if got := drain(&q, inputChunk); got != text[7:]+"more" {
		t.Errorf("%d bytes, want %d", len(got), len(text)-3)
	}
	if cap(q.buf) > maxInput/16 {
		t.Errorf("an empty queue holds %d bytes", cap(q.buf))
	}
}

func TestInputMarksAreBounded(t *testing.T) {
	var q inputQueue
	for num := range uint64(10 * maxMarks) {
		q.append(oneClient, num+1, []byte("x"))
	}
	if len(q.marks) > maxMarks {
		t.Errorf("%d marks", len(q.marks))
	}
	if drain(&q, 1000); takeState(&q) != 10*maxMarks {
		t.Error("the newest state is not known")
	}
}

// Answers are kept whole or not at all.
func TestRepliesAreBounded(t *testing.T) {
	var q inputQueue
	answer := bytes.Repeat([]byte("y"), 1000)
	n := 0
	for q.appendReply(answer) {
		n++
	}
	if n != maxReplies/1000 || q.size() != 1000*n {
		t.Errorf("%d answers, %d bytes", n, q.size())
	}
	q.append(oneClient, 1, []byte("key"))
	if drain(&q, 999); !q.appendReply(answer) {
		t.Error("an empty queue has no room")
	}
}

func TestInterruptInQueue(t *testing.T) {
	var q inputQueue
	if _, _, ok := q.waitingInterrupt(); ok {
		t.Error("an interrupt waits in an empty queue")
	}
	q.append(oneClient, 1, []byte("before\x03after"))
	q.markInterrupt(len("\x03after"))
	q.append(oneClient, 2, []byte("more"))
	if before, c, ok := q.waitingInterrupt(); !ok || before != len("before") || c != 3 {
		t.Errorf("%d bytes before %q, %v", before, c, ok)
	}
	q.remove(len("before"))
	q.wrote(len(q.next()[:1]))
	if before, c, ok := q.waitingInterrupt(); ok {
		t.Errorf("after it was written %d bytes before %q", before, c)
	}
	q.next()
	q.append(oneClient, 3, []byte("lost"))
	q.dropWaiting()
	q.append(oneClient, 4, []byte("\x03"))
	q.wrote(len("aftermore"))
	if num := takeState(&q); num != 3 {
		t.Errorf("what was dropped is dealt with up to state %d", num)
	}
	if got := drain(&q, 10); got != "\x03" {
		t.Errorf("left is %q", got)
	}
}

// Input without a state, a cursor key that was held, does not hide the state before it.
func TestInputWithoutState(t *testing.T) {
	var q inputQueue
	q.append(oneClient, 5, []byte("\x1b"))
	q.append(oneClient, 0, []byte("O"))
	q.wrote(len(q.next()))
	if num := takeState(&q); num != 5 {
		t.Errorf("state %d is delivered, want 5", num)
	}
}

// States of two clients are delivered separately, each in its order.
func TestInputOfTwoClients(t *testing.T) {
	var q inputQueue
	other := new(Attachment)
	q.append(oneClient, 7, []byte("a"))
	q.append(oneClient, 8, []byte("b"))
	q.append(other, 1, []byte("c"))
	q.wrote(len(q.next()))
	for _, want := range []struct {
		from *Attachment
		num  uint64
	}{{oneClient, 8}, {other, 1}, {nil, 0}} {
		if from, num := q.takeDelivered(); from != want.from || num != want.num {
			t.Errorf("state %d of %p, want %d of %p", num, from, want.num, want.from)
		}
	}
}

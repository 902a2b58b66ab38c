package pipe

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func frame(t testing.TB, datagrams ...[]byte) (stream []byte) {
	t.Helper()
	for _, d := range datagrams {
		var err error
		if stream, err = AppendFrame(stream, d); err != nil {
			t.Fatal(err)
		}
	}
	return stream
}

func sample(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + n)
	}
	return b
}

// readers deliver a stream in pieces of different sizes.
var readers = map[string]func(io.Reader) io.Reader{
	"whole":         func(r io.Reader) io.Reader { return r },
	"byte by byte":  iotest.OneByteReader,
	"halves":        iotest.HalfReader,
	"EOF with data": iotest.DataErrReader,
}

func TestReaderReturnsWhatWasFramed(t *testing.T) {
	var want [][]byte
	for _, n := range []int{1, 2, 36, 1252, MaxDatagram, 1, MaxDatagram, MaxDatagram, 100} {
		want = append(want, sample(n))
	}
	stream := frame(t, want...)
	for name, pieces := range readers {
		t.Run(name, func(t *testing.T) {
			r := NewReader(pieces(bytes.NewReader(stream)))
			for i, d := range want {
				if got, err := r.Next(); err != nil || !bytes.Equal(got, d) {
					t.Fatalf("datagram %d: %d bytes of %d, %v", i, len(got), len(d), err)
				}
			}
			for range 2 {
				if got, err := r.Next(); got != nil || err != io.EOF {
					t.Errorf("after the end: %d bytes, %v", len(got), err)
				}
			}
		})
	}
}

func TestFrameFormat(t *testing.T) {
	got, err := AppendFrame([]byte("before"), bytes.Repeat([]byte("x"), 300))
	if want := "before\x01\x2c" + string(bytes.Repeat([]byte("x"), 300)); err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAppendFrameRefusesLengths(t *testing.T) {
	for name, n := range map[string]int{"empty": 0, "one too many": MaxDatagram + 1, "wraps to one": 1<<16 + 1} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendFrame([]byte("before"), make([]byte, n))
			if !errors.Is(err, ErrLength) || string(got) != "before" {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func TestReaderEndsAtMalformedStreams(t *testing.T) {
	good := frame(t, []byte("good"))
	errBroken := errors.New("broken")
	for name, c := range map[string]struct {
		stream io.Reader
		want   error
	}{
		"length 0":           {bytes.NewReader([]byte{0, 0, 1, 1}), ErrLength},
		"length 2049":        {bytes.NewReader([]byte{8, 1, 1, 1}), ErrLength},
		"text":               {bytes.NewReader([]byte("Connection closed.\n")), ErrLength},
		"half a header":      {bytes.NewReader([]byte{0}), io.ErrUnexpectedEOF},
		"header alone":       {bytes.NewReader([]byte{0, 5}), io.ErrUnexpectedEOF},
		"half a datagram":    {bytes.NewReader([]byte{0, 5, 'x'}), io.ErrUnexpectedEOF},
		"failure":            {iotest.ErrReader(errBroken), errBroken},
		"failure in a frame": {io.MultiReader(bytes.NewReader([]byte{0, 5, 'x'}), iotest.ErrReader(errBroken)), errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader(io.MultiReader(bytes.NewReader(good), c.stream, bytes.NewReader(good)))
			if got, err := r.Next(); err != nil || string(got) != "good" {
				t.Fatalf("%q, %v", got, err)
			}
			if c.want == io.ErrUnexpectedEOF { // without the good frame behind
				r.stream = c.stream
			}
			for range 3 {
				if got, err := r.Next(); got != nil || !errors.Is(err, c.want) {
					t.Errorf("%q, %v, want %v", got, err, c.want)
				}
			}
		})
	}
}

// A reader that returns neither bytes nor an error, as io.Reader permits, is read again.
func TestReaderWaitsForBytes(t *testing.T) {
	stream := frame(t, sample(300))
	r := NewReader(&hesitant{r: bytes.NewReader(stream)})
	if got, err := r.Next(); err != nil || len(got) != 300 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

type hesitant struct {
	r     io.Reader
	calls int
}

func (h *hesitant) Read(b []byte) (int, error) {
	if h.calls++; h.calls%3 != 0 {
		return 0, nil
	}
	return h.r.Read(b[:1])
}

func TestReaderDoesNotAllocate(t *testing.T) {
	stream := frame(t, sample(36), sample(1252), sample(36), sample(500))
	source := bytes.NewReader(stream)
	r := NewReader(source)
	allocs := testing.AllocsPerRun(1000, func() {
		for range 4 {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		source.Reset(stream)
	})
	if allocs != 0 {
		t.Errorf("%v allocations for 4 datagrams", allocs)
	}
}

// FuzzReader reads any stream in any pieces. Its datagrams, framed again, are the
// beginning of the stream.
func FuzzReader(f *testing.F) {
	f.Add(frame(f, sample(1), sample(2048)), uint64(1))
	f.Add([]byte{0, 0}, uint64(2))
	f.Add([]byte{8, 1, 0}, uint64(3))
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) {
		r := NewReader(&pieces{bytes.NewReader(stream), rand.New(rand.NewPCG(seed, 0))})
		var again []byte
		for {
			d, err := r.Next()
			if err != nil {
				break
			}
			if again, err = AppendFrame(again, d); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(stream, again) {
			t.Fatalf("%q was read as %q", stream, again)
		}
		rest := stream[len(again):]
		if _, err := r.Next(); len(rest) == 0 && err != io.EOF {
			t.Errorf("at the end: %v", err)
		}
		if len(rest) >= MaxFrame {
			n := int(rest[0])<<8 | int(rest[1])
			if n >= 1 && n <= MaxDatagram {
				t.Errorf("a whole frame of %d bytes was not read", n)
			}
		}
	})
}

type pieces struct {
	r    io.Reader
	rand *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) { return p.r.Read(b[:1+p.rand.IntN(len(b))]) }

package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/vt/picture"
	"gm/wire/stream"
)

var (
	now  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	cell = picture.Size{Width: 8, Height: 10}
)

// rig is a Painter whose server is the test.
type rig struct {
	*testing.T
	Painter
	client, server *stream.Conn
	program        *vt.Terminal // at the server
	painted        *vt.Screen   // the screen as the last draw has left it to be painted
	repaints       int
	now            time.Time
}

func newRig(t *testing.T, protocol Protocol) *rig {
	r := &rig{T: t, client: stream.New(now, stream.Config{Client: true}), server: stream.New(now, stream.Config{}), now: now}
	r.Painter = Painter{Protocol: protocol, Cell: cell, Start: func(f func()) { f() }}
	r.program = newTerminal()
	return r
}

// newTerminal returns a terminal that shows pictures.
func newTerminal() *vt.Terminal {
	term := vt.NewTerminal(20, 8, vt.Options{Pictures: true})
	term.SetCapabilities(vt.Capabilities{Features: vt.FeaturePictures, Cell: vt.Pixels(cell)})
	return term
}

// send opens a stream with a target and data.
func (r *rig) send(target, data []byte) *stream.Stream {
	r.Helper()
	s := r.server.Open(picture.StreamKind, target)
	s.Write(data)
	s.CloseWrite()
	r.settle()
	return s
}

func (r *rig) settle() {
	r.Helper()
	for range 20 {
		for busy := true; busy; {
			busy = r.move(r.server, r.client)
			busy = r.move(r.client, r.server) || busy
			if s := r.client.Accept(); s != nil && !r.Accept(s) {
				s.Reset(3, "")
			}
			r.Service(r.now)
		}
		r.now = r.now.Add(10 * time.Millisecond)
	}
}

func (r *rig) move(from, to *stream.Conn) bool {
	r.Helper()
	packet, ok := from.Append(r.now, nil)
	if ok {
		if err := to.Receive(r.now, packet); err != nil {
			r.Fatal(err)
		}
	}
	return ok
}

// show has the program write, and sends the pictures on its screen that have not come.
func (r *rig) show(output string) {
	r.Helper()
	r.program.Write([]byte(output))
	for _, part := range r.program.Snapshot().Pictures() {
		if p := r.program.Placement(part.Number); r.placed[part.Number] == nil && p != nil {
			r.send(picture.Target{Placement: p}.Append(nil), p.Image.Data)
		}
	}
}

// draw returns the output for the screen. All pictures are prepared for it.
func (r *rig) draw(paints int) string {
	s := r.program.Snapshot()
	frame := func() string {
		out, painted := r.AppendNew(nil, s, func() { r.repaints++ })
		r.painted = painted
		return string(r.Append(out, s, paints))
	}
	out := frame()
	for {
		select {
		case done := <-r.Ready():
			done()
			out += frame()
		default:
			return out
		}
	}
}

const onePicture = "ab\x1b_Ga=T,q=2,i=1,f=24,s=2,v=2,c=3,r=2;AAAA////AAAA////\x1b\\"

// layout returns the parts of pictures that a terminal shows after output, without their
// rows and columns in the pictures: those of gm's own pictures differ.
func layout(output string) string {
	term := newTerminal()
	term.Write([]byte(output))
	var list []string
	for _, p := range term.Snapshot().Pictures() {
		list = append(list, fmt.Sprintf("%dx%d+%d+%d", p.Cols, p.Rows, p.X, p.Y))
	}
	return strings.Join(list, " ")
}

func TestPicturesAreDrawn(t *testing.T) {
	for name, protocol := range map[string]Protocol{"kitty": Kitty, "iTerm2": ITerm2, "sixel": Sixel} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, protocol)
			r.show(onePicture)
			first := r.draw(1)
			if got := layout(first); got != "3x2+2+0" {
				t.Errorf("%q shows %s", first, got)
			}
			if again := r.draw(1); again != "" {
				t.Errorf("drawn again: %q", again)
			}
			if again := r.draw(2); layout(first+again) != "3x2+2+0" || again == "" {
				t.Errorf("after a repaint: %q", again)
			}
			r.show("\x1b[1;4Hx")
			want := "1x1+2+0 1x1+4+0 3x1+2+1"
			if changed := r.draw(2); layout(first+"\x1b[H\x1b[J"+changed) != want {
				t.Errorf("with a hole: %s, want %s", layout(first+changed), want)
			}
			r.show("\x1b[2J")
			gone := r.draw(2)
			if protocol == Kitty && layout(first+gone) != "" {
				t.Errorf("still there: %q", gone)
			}
		})
	}
}

// TestKittyKeepsItsPictures checks that a picture is transmitted once, and that nothing stays
// at the end.
func TestKittyKeepsItsPictures(t *testing.T) {
	r := newRig(t, Kitty)
	r.show(onePicture)
	out := r.draw(1)
	r.show("\x1b[5H\n\n\n\n")
	out += r.draw(1)
	if n := strings.Count(out, "a=t,"); n != 1 {
		t.Errorf("%d transmissions", n)
	}
	if end := string(r.Stop(nil)); !strings.Contains(end, "d=I,i=") || layout(out+end) != "" {
		t.Errorf("the end is %q", end)
	}
	r = newRig(t, Kitty)
	r.show(onePicture)
	out = r.draw(1)
	r.Cell = picture.Size{Width: 10, Height: 20}
	out += r.draw(1)
	if n := strings.Count(out, "a=t,"); n != 2 || strings.Count(out, "d=I,i=") != 1 {
		t.Errorf("cells of another size: %d transmissions, %q", n, out)
	}
	for id := range 3 * maxPrepared {
		r.show(fmt.Sprintf("\x1b[H\x1b[2J\x1b_Ga=T,q=2,i=%d,f=24,s=1,v=1,c=3,r=2;AAA%c\x1b\\", id+2, 'A'+byte(id)))
		r.draw(1)
		if len(r.prepared) > maxPrepared+1 {
			t.Fatalf("%d pictures are kept", len(r.prepared))
		}
	}
}

// TestPlaceholders checks that pictures come once, as virtual placements with the ids of the
// cells on the screen, and again for cells of another size, and that none stays.
func TestPlaceholders(t *testing.T) {
	r := newRig(t, Placeholders)
	r.show(onePicture)
	number := r.program.Snapshot().Pictures()[0].Number
	id := fmt.Sprintf(",i=%d,", uint32(r.IDs())<<24|number)
	if r.IDs() == 0 {
		t.Error("the ids are those of other programs")
	}
	if _, s := r.AppendNew(nil, r.program.Snapshot(), nil); len(s.Pictures()) > 0 || s.Text() != "ab" {
		t.Errorf("before the picture is there: %q", s.Text())
	}
	(<-r.Ready())()
	out := r.draw(1)
	if len(r.painted.Pictures()) != 1 {
		t.Errorf("%v", r.painted.Pictures())
	}
	if !strings.HasPrefix(out, "\x1b_Ga=T,U=1,c=3,r=2,q=2,") || !strings.Contains(out, id+"s=24,v=20,") || strings.Count(out, "\x1b\\") != 1 {
		t.Errorf("%q, want the id %s", out, id)
	}
	r.show("\x1b[5H\n\n\n\n")
	if again := r.draw(2); again != "" {
		t.Errorf("after scrolling and a repaint: %q", again)
	}
	r.Cell = picture.Size{Width: 10, Height: 20}
	if again := r.draw(2); !strings.Contains(again, id+"s=30,v=40,") || strings.Contains(again, "a=d") || r.repaints != 1 {
		t.Errorf("for cells of another size: %q", again)
	}
	if end := string(r.Stop(nil)); end != fmt.Sprintf("\x1b_Ga=d,q=2,d=I%s\x1b\\", strings.TrimSuffix(id, ",")) {
		t.Errorf("the end is %q", end)
	}
	if again := r.draw(3); !strings.Contains(again, id) {
		t.Errorf("in a terminal that has been cleared: %q", again)
	}
}

// TestPixelsAreBounded shows one cell each of many large pictures, and others that are
// malformed.
func TestPixelsAreBounded(t *testing.T) {
	r := newRig(t, Sixel)
	for n := range 18 {
		r.show(fmt.Sprintf("\x1b[1;%dH\x1b_Ga=T,q=2,C=1,i=%d,f=24,s=1,v=1,c=297,r=100;AAA%c\x1b\\", n+1, n+1, 'A'+n))
	}
	for n := range 10 {
		r.show(fmt.Sprintf("\x1b[8;%dH\x1b_Ga=T,q=2,C=1,i=%d,f=24,o=z,s=1,v=1,c=1,r=1;AAA%c\x1b\\", n+1, n+100, 'A'+n))
	}
	r.draw(1)
	if r.pixelBytes == 0 || r.pixelBytes > maxPixels || len(r.shown) == 0 {
		t.Errorf("%d bytes of pixels, %d parts", r.pixelBytes, len(r.shown))
	}
	if n := len(r.prepared); n < 20 {
		t.Errorf("%d pictures are prepared", n)
	}
	r.show("\x1b[2J")
	r.draw(1)
	if len(r.prepared) > maxPrepared || r.pixelBytes > maxPixels/2 {
		t.Errorf("%d pictures of %d bytes are kept", len(r.prepared), r.pixelBytes)
	}
}

// TestNoProtocol checks that nothing is written to a terminal without pictures.
func TestNoProtocol(t *testing.T) {
	r := newRig(t, None)
	r.show(onePicture)
	if out := r.draw(1); out != "" || len(r.Stop(nil)) > 0 {
		t.Errorf("%q", out)
	}
	r.Protocol, r.Cell = Kitty, picture.Size{}
	if out := r.draw(1); out != "" {
		t.Errorf("without a size of cells: %q", out)
	}
}

// TestSixelStaysInTheWindow checks that sixels in the last row do not reach the band below it.
func TestSixelStaysInTheWindow(t *testing.T) {
	r := newRig(t, Sixel)
	r.show("\x1b[7H\x1b_Ga=T,q=2,C=1,i=1,f=24,s=2,v=2,c=3,r=2;AAAA////AAAA////\x1b\\")
	if out := r.draw(1); !strings.Contains(out, "\"1;1;24;18") {
		t.Errorf("%q", out)
	}
}

func TestReaderRefuses(t *testing.T) {
	r := newRig(t, Kitty)
	r.program.Write([]byte(onePicture))
	p := r.program.Placement(r.program.Snapshot().Pictures()[0].Number)
	target := picture.Target{Placement: p}
	for name, refused := range map[string]struct{ target, data []byte }{
		"other data":     {target.Append(nil), []byte("hello")},
		"no data":        {target.Append(nil), nil},
		"unknown target": {[]byte("png"), p.Image.Data},
	} {
		r.send(refused.target, refused.data)
		if len(r.placed) > 0 || r.bytes > 0 {
			t.Errorf("%s is accepted", name)
		}
	}
	r.send(target.Append(nil), p.Image.Data)
	again := *p
	again.Number++
	r.send(picture.Target{Placement: &again}.Append(nil), nil)
	if len(r.placed) != 2 || len(r.images) != 1 || r.bytes != len(p.Image.Data) {
		t.Errorf("%d placements of %d images, %d bytes", len(r.placed), len(r.images), r.bytes)
	}
	other := *p
	other.Number += 2
	shape := *p.Image
	other.Image, shape.Height = &shape, 1
	shape.Width, other.Source.Height = 4, 1
	r.send(picture.Target{Placement: &other}.Append(nil), nil)
	if len(r.placed) != 2 {
		t.Error("data are taken for an image of another size")
	}
	r.send(picture.Target{Placement: p, Forgotten: []string{p.Image.Hash}}.Append(nil), nil)
	if len(r.placed) != 0 || r.bytes != 0 || len(r.order) != 0 {
		t.Errorf("%d placements, %d bytes are not forgotten", len(r.placed), r.bytes)
	}
}

// TestReaderIsBounded has a server that sends for ever.
func TestReaderIsBounded(t *testing.T) {
	r := newRig(t, Kitty)
	data := make([]byte, picture.MaxData/4)
	for n := range 40 {
		m := &picture.Image{Format: picture.PNG, Size: picture.Size{Width: 1, Height: 1}, Data: data}
		data[0] = byte(n)
		m.Sum()
		p := &picture.Placement{Number: uint32(n + 1), Image: m, Cols: 1, Rows: 1, Box: cell, Source: picture.Rect{Size: m.Size}, Target: picture.Rect{Size: cell}}
		s := r.server.Open(picture.StreamKind, picture.Target{Placement: p}.Append(nil))
		for rest := data; len(rest) > 0; r.settle() {
			sent, err := s.Write(rest)
			if rest = rest[sent:]; err != nil {
				break
			}
		}
		s.CloseWrite()
		r.settle()
		if r.bytes > maxMemory {
			t.Fatalf("%d bytes are kept", r.bytes)
		}
	}
}

// TestManyPartialPicturesAreBounded has a server that begins pictures and ends none.
func TestManyPartialPicturesAreBounded(t *testing.T) {
	r := newRig(t, Kitty)
	part := make([]byte, picture.MaxData/8)
	var all []*stream.Stream
	for n := range maxArriving {
		m := &picture.Image{Format: picture.PNG, Size: picture.Size{Width: 1, Height: 1}, Hash: fmt.Sprintf("%032x", n)}
		p := &picture.Placement{Number: uint32(n + 1), Image: m, Cols: 1, Rows: 1, Box: cell, Source: picture.Rect{Size: m.Size}, Target: picture.Rect{Size: cell}}
		s := r.server.Open(picture.StreamKind, picture.Target{Placement: p}.Append(nil))
		for rest := part; len(rest) > 0; r.settle() {
			sent, err := s.Write(rest)
			if rest = rest[sent:]; err != nil {
				break
			}
		}
		all = append(all, s)
		held := 0
		for _, a := range r.arriving {
			held += len(a.data)
		}
		if held > maxMemory || held != r.partial {
			t.Fatalf("%d bytes are kept, and %d are counted", held, r.partial)
		}
	}
	for _, s := range all {
		s.Reset(codeCancelled, "")
	}
	r.settle()
	if r.partial != 0 || len(r.arriving) > 0 {
		t.Errorf("%d bytes are left of %d pictures", r.partial, len(r.arriving))
	}
}

// TestPlacementsThatComeAgainStay sends more placements than are kept, and one of them again
// and again. That one stays, and is not another one for it.
func TestPlacementsThatComeAgainStay(t *testing.T) {
	r := newRig(t, Kitty)
	r.show(onePicture)
	p := r.program.Placement(r.program.Snapshot().Pictures()[0].Number)
	first := r.placed[p.Number]
	for n := range maxPlaced + 10 {
		other := *p
		other.Number = uint32(n + 1)
		r.send(picture.Target{Placement: &other}.Append(nil), nil)
		if n%1000 == 0 {
			r.send(picture.Target{Placement: p}.Append(nil), nil)
		}
	}
	if r.placed[p.Number] != first || len(r.placed) > maxPlaced || len(r.order) != len(r.placed) {
		t.Errorf("%d placements, %d in order; the same: %v", len(r.placed), len(r.order), r.placed[p.Number] == first)
	}
}

// encoded returns images of the same size in all formats that are decoded.
func encoded(t *testing.T) map[string]*picture.Image {
	m := testPixels(30, 20, 10, false)
	return map[string]*picture.Image{
		"PNG":             {Format: picture.PNG, Size: m.Size, Data: appendPNG(nil, m, picture.Rect{Size: m.Size})},
		"RGBA":            {Format: picture.RGBA, Size: m.Size, Data: m.pix},
		"compressed RGBA": {Format: picture.RGBA, Size: m.Size, Data: appendDeflated(nil, m.pix), Compressed: true},
		"RGB":             {Format: picture.RGB, Size: m.Size, Data: make([]byte, 3*30*20)},
		"compressed sixel": {
			Format: picture.Sixel, Size: m.Size, Compressed: true,
			Data: appendDeflated(nil, bytes.Trim(appendSixel(nil, reduce(m, 256), picture.Rect{Size: m.Size}), "\x1bP\\")),
		},
		"sixel": {Format: picture.Sixel, Size: m.Size, Data: bytes.Trim(appendSixel(nil, reduce(m, 256), picture.Rect{Size: m.Size}), "\x1bP\\")},
	}
}

func TestDecode(t *testing.T) {
	want := testPixels(30, 20, 10, false)
	for name, m := range encoded(t) {
		t.Run(name, func(t *testing.T) {
			got, err := decode(m)
			if err != nil {
				t.Fatal(err)
			}
			if name != "RGB" && !bytes.Equal(got.pix, want.pix) {
				t.Error("other pixels")
			}
			short := *m
			short.Data = m.Data[:len(m.Data)/2]
			if _, err := decode(&short); err == nil && m.Format != picture.Sixel {
				t.Error("half of the data are enough")
			}
			larger := *m
			larger.Width++
			if _, err := decode(&larger); err == nil && m.Format != picture.Sixel {
				t.Error("the data are those of another size")
			}
		})
	}
}

// TestDecompressionBomb checks that no more is decompressed than the size of an image needs.
func TestDecompressionBomb(t *testing.T) {
	bomb := appendDeflated(nil, make([]byte, 64<<20))
	allocated := testing.AllocsPerRun(1, func() {
		if m, err := decode(&picture.Image{Format: picture.RGBA, Compressed: true, Size: picture.Size{Width: 10, Height: 10}, Data: bomb}); err != nil || len(m.pix) != 400 {
			t.Errorf("%v", err)
		}
	})
	if allocated > 100 {
		t.Errorf("%v allocations", allocated)
	}
	long := append([]byte("q1"), bytes.Repeat([]byte("?"), 64<<20)...)
	if _, err := decode(&picture.Image{Format: picture.Sixel, Compressed: true, Size: picture.Size{Width: 10, Height: 10}, Data: appendDeflated(nil, long)}); err != errData {
		t.Errorf("64 MB of sixels: %v", err)
	}
}

func TestScale(t *testing.T) {
	src, dst := newPixels(picture.Size{Width: 2, Height: 1}), newPixels(picture.Size{Width: 4, Height: 3})
	copy(src.pix, []byte{0, 0, 0, 255, 200, 100, 50, 255})
	scale(dst, picture.Rect{X: 1, Y: 1, Size: picture.Size{Width: 1, Height: 1}}, src, picture.Rect{Size: src.Size})
	scale(dst, picture.Rect{Y: 2, Size: picture.Size{Width: 4, Height: 1}}, src, picture.Rect{Size: src.Size})
	want := make([]byte, 4*4*3)
	copy(want[4*5:], []byte{100, 50, 25, 255})
	copy(want[4*8:], []byte{0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50, 255, 200, 100, 50, 255})
	if !bytes.Equal(dst.pix, want) {
		t.Errorf("%v, want %v", dst.pix, want)
	}
}

// TestReduce checks that many colours become few, whose mean over some pixels is near.
func TestReduce(t *testing.T) {
	const side, block = 256, 8
	m := newPixels(picture.Size{Width: side, Height: side})
	for i := range side * side {
		copy(m.pix[4*i:], []byte{byte(i), byte(i >> 8), byte(i), 255})
	}
	out := reduce(m, 256)
	if len(out.palette) > 256 {
		t.Fatalf("%d colours", len(out.palette))
	}
	worst := 0
	for y := 0; y < side; y += block {
		for x := 0; x < side; x += block {
			var sum [3]int
			for i := range block * block {
				at := (y+i/block)*side + x + i%block
				for c, v := range out.palette[out.pix[at]-1] {
					sum[c] += int(v) - int(m.pix[4*at+c])
				}
			}
			for _, s := range sum {
				worst = max(worst, max(s, -s)/(block*block))
			}
		}
	}
	if worst > 16 { // at the edges, where no colour is beyond the mean
		t.Errorf("a part is off by %d", worst)
	}
}

// TestReduceOfOneShade reduces more colours than are told apart, which all are dark.
func TestReduceOfOneShade(t *testing.T) {
	m := newPixels(picture.Size{Width: 256, Height: 256})
	for i := range 256 * 256 {
		copy(m.pix[4*i:], []byte{byte(i & 63), byte(i >> 6 & 31), byte(i >> 11), 255})
	}
	out := reduce(m, 256)
	for i, n := range out.pix {
		if n == 0 {
			t.Fatalf("pixel %d is transparent", i)
		}
		for c, v := range out.palette[n-1] {
			if want := m.pix[4*i+c]; max(v, want)-min(v, want) > 7 {
				t.Fatalf("pixel %d is %v", i, out.palette[n-1])
			}
		}
	}
}

// FuzzSixel checks that any sixels are decoded within their size.
func FuzzSixel(f *testing.F) {
	f.Add([]byte("0;1q\"1;1;3;3#1;2;100;0;0!3~-~$#2;1;0;50;100~"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := picture.ParseSixel(data)
		if err != nil || m.Width*m.Height > 1<<20 {
			return
		}
		pixels, err := decodeSixel(m)
		if err != nil || pixels.Size != m.Size {
			t.Errorf("%v, %v", pixels.Size, err)
		}
		appendSixel(nil, reduce(pixels, 16), picture.Rect{Size: m.Size})
	})
}

// FuzzFile checks that any file is decoded or refused.
func FuzzFile(f *testing.F) {
	one, _ := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	f.Add(one)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := picture.File(data)
		if err != nil || m.Width*m.Height > 1<<20 {
			return
		}
		if pixels, err := decode(m); err == nil && pixels.Size != m.Size {
			t.Errorf("%v for %v", pixels.Size, m.Size)
		}
	})
}

package session

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/vt/picture"
	"gm/wire/state"
	"gm/wire/stream"
)

// newGallery returns a session with a client whose terminal shows pictures.
func newGallery(t *testing.T) (c *crowd, alice *member) {
	c, alice = newTeam(t, Timeouts{})
	c.session.term.SetCapabilities(vt.Capabilities{Features: vt.FeaturePictures, Cell: vt.Pixels{Width: 8, Height: 10}})
	return c, alice
}

// show is a command that shows a picture of that many pixels in 5 by 2 cells, of an image with
// an id, which does not become smaller on its way.
func show(id, pixels int) (command string, data []byte) {
	data = make([]byte, 3*pixels)
	rand.NewChaCha8([32]byte{byte(id)}).Read(data)
	return showData(id, data), data
}

func showData(id int, data []byte) (command string) {
	pixels := len(data) / 3
	width := min(pixels, 1000)
	return fmt.Sprintf("\x1b_Ga=T,q=2,i=%d,f=24,s=%d,v=%d,c=5,r=2;%s\x1b\\", id, width, pixels/width, base64.StdEncoding.EncodeToString(data))
}

// picture returns the next picture that has come to a client; nil if none has.
func (c *crowd) picture(m *member) (*stream.Stream, picture.Target) {
	c.t.Helper()
	s := m.client.Streams().Accept()
	if s == nil {
		return nil, picture.Target{}
	}
	target, ok := picture.ParseTarget(s.Target)
	if !ok || s.Kind != picture.StreamKind {
		c.t.Fatalf("a stream of kind %d to %q", s.Kind, s.Target)
	}
	s.CloseWrite()
	return s, target
}

// wantPicture checks that a picture with the data comes to a client whose screen shows it.
func (c *crowd) wantPicture(m *member, data []byte) {
	c.t.Helper()
	s, target := c.picture(m)
	if s == nil {
		c.t.Fatal("no picture has come")
	}
	var got []byte
	for range 4000 {
		part, ended, err := s.Next()
		got = append(got, part...)
		if s.Consume(c.now, len(part)); ended || err != nil {
			break
		}
		c.run(10 * time.Millisecond)
	}
	if !bytes.Equal(got, data) {
		c.t.Errorf("%d bytes have come, want %d", len(got), len(data))
	}
	for _, p := range m.screen().Screen.Pictures() {
		if p.Number == target.Number {
			return
		}
	}
	c.t.Errorf("the screen does not show %d", target.Number)
}

func TestPictureReachesClients(t *testing.T) {
	c, alice := newGallery(t)
	command, data := show(1, 30_000)
	c.program("before" + command)
	c.run(time.Second)
	c.wantPicture(alice, data)
	c.program("\x1b[10H\x1b_Ga=p,q=2,i=1,c=3,r=1\x1b\\")
	c.run(time.Second)
	c.wantPicture(alice, nil) // its data are there

	bob := c.joinAs(1, gmClient(Share, "bob@desk"))
	bob.resize(c.now, 80, 24)
	c.run(time.Second)
	c.wantPicture(bob, data)
	c.run(time.Second)
	c.wantPicture(bob, nil)

	cfg := gmClient(Share, "carol@desk")
	cfg.Extensions &^= state.ExtPictures
	cfg.Dialect.Pictures = false
	carol := c.joinAs(2, cfg)
	carol.resize(c.now, 80, 24)
	c.run(time.Second)
	if s, _ := c.picture(carol); s != nil || carol.text() != "before" {
		t.Errorf("a client without pictures has %v and shows %q", s, carol.text())
	}
}

// TestViewerGetsPictures has a client that only sees the screen. What it writes into the stream of a
// picture goes nowhere, and it gets no other pictures while it does not end its direction.
func TestViewerGetsPictures(t *testing.T) {
	c, _ := newGallery(t)
	viewer := c.joinAs(1, gmClient(ReadOnly, "bob@tv"))
	viewer.resize(c.now, 80, 24)
	command, data := show(1, 30_000)
	c.program(command)
	c.run(time.Second)
	c.wantPicture(viewer, data)

	c.program("\x1b[2J")
	for id := range 3 * maxStreams {
		small, _ := show(id+2, 1)
		c.program(fmt.Sprintf("\x1b[%d;%dH%s", id%8*3+1, id/8*6+1, small))
	}
	var held []*stream.Stream
	for range 20 {
		c.run(time.Second)
		for s := viewer.client.Streams().Accept(); s != nil; s = viewer.client.Streams().Accept() {
			s.Write(bytes.Repeat([]byte("rm -rf\r"), 10_000))
			held = append(held, s)
			data, _, _ := s.Next()
			s.Consume(c.now, len(data))
		}
	}
	if len(held) != maxStreams || len(c.host.typed) > 0 || len(viewer.attachment.pictures.sending) > maxStreams {
		t.Errorf("%d pictures have come, typed: %q", len(held), c.host.typed)
	}
	for _, s := range held {
		s.Reset(codeCancelled, "")
	}
	c.run(time.Second)
	if s, _ := c.picture(viewer); s == nil {
		t.Error("no other picture comes")
	}
	if len(c.host.typed) > 0 || c.session.receiver() == viewer.attachment {
		t.Errorf("typed: %q", c.host.typed)
	}
}

// TestShownPlacementsComeAgain has a client drop the oldest of many placements. The one that it
// shows comes again before, without data.
func TestShownPlacementsComeAgain(t *testing.T) {
	c, alice := newGallery(t)
	command, data := show(1, 1000)
	c.program(command)
	c.run(time.Second)
	c.wantPicture(alice, data)
	f := &alice.attachment.pictures
	for n := range maxPlaced {
		f.placed[uint32(n)+1<<23] = true
	}
	c.program("\x1b[20Hx")
	c.run(time.Second)
	c.wantPicture(alice, nil)
	if len(f.placed) != 1 {
		t.Errorf("%d placements are noted", len(f.placed))
	}
}

// TestPixelsBecomeSmaller has a program send an image as pixels and one as sixels, which the
// client gets compressed, in turns, and of which the session keeps no more.
func TestPixelsBecomeSmaller(t *testing.T) {
	c, alice := newGallery(t)
	pixels := make([]byte, 3*1000*600)
	for i := range pixels {
		pixels[i] = byte(i / 3000)
	}
	c.program(showData(1, pixels))
	turns := 0
	for ; alice.attachment.pictures.sending == nil && turns < 1000; turns++ {
		c.run(5 * time.Millisecond)
	}
	s, target := c.picture(alice)
	for range 100 {
		c.run(100 * time.Millisecond)
		if s == nil {
			s, target = c.picture(alice)
		}
	}
	got, ended, _ := s.Next()
	m := *target.Image
	m.Data = bytes.Clone(got)
	want := m.Hash
	if m.Sum(); !ended || m.Format != picture.PNG || m.Hash != want || len(got) > len(pixels)/50 {
		t.Errorf("%d bytes of format %d, hash %s, want %s", len(got), m.Format, m.Hash, want)
	}
	decoded, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]int{{0, 0}, {999, 0}, {0, 599}, {500, 300}} {
		red, green, blue, _ := decoded.At(at[0], at[1]).RGBA()
		i := 3 * (at[1]*1000 + at[0])
		if red>>8 != uint32(pixels[i]) || green>>8 != uint32(pixels[i+1]) || blue>>8 != uint32(pixels[i+2]) {
			t.Errorf("the pixel at %v is %d, %d, %d", at, red>>8, green>>8, blue>>8)
		}
	}
	s.Consume(c.now, len(got))
	if turns < 5 {
		t.Errorf("all of the image is compressed in %d turns", turns)
	}
	sixels := "q\"1;1;100;600" + strings.Repeat("#1!100~-", 100)
	c.program("\x1b[H\x1b[2J\x1bP" + sixels + "\x1b\\")
	c.run(time.Second)
	s, target = c.picture(alice)
	if s == nil {
		t.Fatal("no sixels have come")
	}
	got, _, _ = s.Next()
	r, err := zlib.NewReader(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil || string(plain) != sixels || target.Image.Format != picture.Sixel || !target.Image.Compressed || len(got) > 100 {
		t.Errorf("%d bytes for %d of sixels, %v", len(got), len(sixels), err)
	}
}

// TestPictureIsAbandoned erases a picture that is on its way to a client that reads slowly. It
// comes when it is shown again.
func TestPictureIsAbandoned(t *testing.T) {
	c, alice := newGallery(t)
	command, data := show(1, 1_000_000)
	c.program(command)
	c.run(time.Second)
	s, _ := c.picture(alice)
	if s == nil {
		t.Fatal("no picture has come")
	}
	c.program("\x1b[H\x1b[2J")
	c.run(time.Second)
	if _, _, err := s.Next(); err == nil {
		t.Error("the picture is still sent")
	}
	c.program("\x1b_Ga=p,q=2,i=1,c=5,r=2\x1b\\")
	c.run(time.Second)
	c.wantPicture(alice, data)
}

// TestNewestPictureFirst shows pictures while another one is on its way.
func TestNewestPictureFirst(t *testing.T) {
	c, alice := newGallery(t)
	var all strings.Builder
	for id := range 3 {
		command, _ := show(id+1, 10)
		fmt.Fprintf(&all, "\x1b[%dH%s", 3*id+1, command)
	}
	c.program(all.String())
	c.run(time.Second)
	last := uint32(1<<24 - 1)
	for range 3 {
		s, target := c.picture(alice)
		if s == nil || target.Number > last {
			t.Fatalf("picture %d after %d", target.Number, last)
		}
		last = target.Number
	}
}

// TestManyPictures shows more pictures than streams may be on their way.
func TestManyPictures(t *testing.T) {
	c, alice := newGallery(t)
	var all strings.Builder
	for id := range 3 * maxStreams {
		command, _ := show(id+1, 10)
		fmt.Fprintf(&all, "\x1b[%d;%dH%s", id%8*3+1, id/8*6+1, command)
	}
	c.program(all.String())
	come := 0
	for range 100 {
		c.run(100 * time.Millisecond)
		for s, _ := c.picture(alice); s != nil; s, _ = c.picture(alice) {
			come++
			data, _, _ := s.Next()
			s.Consume(c.now, len(data))
		}
	}
	if come != 3*maxStreams {
		t.Errorf("%d pictures have come", come)
	}
}

// TestClientForgetsPictures checks that what a client has is bounded: what it does not show is
// forgotten, and what it shows is not.
func TestClientForgetsPictures(t *testing.T) {
	c, alice := newGallery(t)
	f := &alice.attachment.pictures
	for id := range 4 {
		f.images = append(f.images, sentImage{strings.Repeat(fmt.Sprint(id), 32), 8 << 20})
		f.bytes += 8 << 20
	}
	command, data := show(1, 1000)
	c.program(command)
	c.run(time.Second)
	_, target := c.picture(alice)
	if len(target.Forgotten) != 1 || target.Forgotten[0] != strings.Repeat("0", 32) {
		t.Errorf("forgotten: %q", target.Forgotten)
	}
	if want := 3*(8<<20) + len(data); f.bytes != want {
		t.Errorf("%d bytes, want %d", f.bytes, want)
	}
	f.images = []sentImage{{target.Image.Hash, picture.MaxMemory}}
	f.bytes = picture.MaxMemory
	command, _ = show(2, 10)
	c.program(command)
	c.run(time.Second)
	if s, _ := c.picture(alice); s != nil {
		t.Error("a picture comes for which there is no room")
	}
}

// TestPictureAfterItsPlaceholders has a program print placeholders before it transmits their
// image.
func TestPictureAfterItsPlaceholders(t *testing.T) {
	c, alice := newGallery(t)
	c.program("\x1b[38;5;7m\U0010eeee\u0305\u0305")
	c.run(time.Second)
	c.program("\x1b_Ga=T,q=2,U=1,i=7,f=24,s=1,v=1,c=1,r=1;AAAA\x1b\\")
	c.run(time.Second)
	c.wantPicture(alice, []byte{0, 0, 0})
}

// TestImageComesBeforeItsOtherPlacements places an image twice at once, with more data than a
// round trip brings. The placement without data comes after the data.
func TestImageComesBeforeItsOtherPlacements(t *testing.T) {
	c, alice := newGallery(t)
	command, data := show(1, 100_000)
	c.program(command + "\x1b[10H\x1b_Ga=p,q=2,i=1,c=3,r=1\x1b\\")
	var list []*stream.Stream
	bytes := 0
	for range 2000 {
		c.run(10 * time.Millisecond)
		for s, _ := c.picture(alice); s != nil; s, _ = c.picture(alice) {
			list = append(list, s)
		}
		for _, s := range list {
			part, _, _ := s.Next()
			bytes += len(part)
			s.Consume(c.now, len(part))
		}
		if len(list) == 2 {
			break
		}
	}
	if len(list) != 2 || bytes != len(data) {
		t.Errorf("%d placements have come, and %d bytes of the image of %d", len(list), bytes, len(data))
	}
}

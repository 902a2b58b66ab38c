package session

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/vt"
	"gm/vt/picture"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/stream"
)

// slowGallery is a session with a client whose terminal shows pictures, on a slow link.
type slowGallery struct {
	*rig
	arriving []*stream.Stream
	data     map[*stream.Stream][]byte
	whole    []*stream.Stream // in the order in which they were
}

func newSlowGallery(t *testing.T, link string) *slowGallery {
	t.Helper()
	network, err := simnet.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	g := &slowGallery{rig: newRig(t, Timeouts{}, network), data: map[*stream.Stream][]byte{}}
	g.host.echo = true
	g.session = New(Config{Terminal: vt.Options{Passages: true, Pictures: true}}, g.host, epoch)
	g.enter()
	g.resize(80, 24)
	g.Run(time.Second)
	g.session.term.SetCapabilities(vt.Capabilities{Features: vt.FeaturePictures, Cell: vt.Pixels{Width: 8, Height: 10}})
	return g
}

// enter has a new client take the session over.
func (g *slowGallery) enter() {
	g.t.Helper()
	key, err := datagram.NewKey()
	if err != nil {
		g.t.Fatal(err)
	}
	cfg := gmClient(TakeOver, "")
	cfg.Key = &key
	g.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Identifiers: true, Paths: true, Streams: true,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, g.Now)
	if err != nil {
		g.t.Fatal(err)
	}
	if g.attachment, err = g.session.Attach(cfg, g.Now); err != nil {
		g.t.Fatal(err)
	}
	g.arriving, g.whole = nil, nil
}

// read reads what has come of all pictures.
func (g *slowGallery) read() {
	for s := g.client.Streams().Accept(); s != nil; s = g.client.Streams().Accept() {
		s.CloseWrite()
		g.arriving = append(g.arriving, s)
	}
	g.arriving = slices.DeleteFunc(g.arriving, func(s *stream.Stream) bool {
		part, ended, err := s.Next()
		g.data[s] = append(g.data[s], part...)
		s.Consume(g.Now, len(part))
		if ended {
			g.whole = append(g.whole, s)
		}
		return ended || err != nil
	})
}

func (g *slowGallery) pass(d time.Duration) {
	for end := g.Now.Add(d); g.Now.Before(end); g.Run(5 * time.Millisecond) {
		g.read()
	}
}

// await passes time until n pictures are whole.
func (g *slowGallery) await(n int, limit time.Duration) {
	g.t.Helper()
	for end := g.Now.Add(limit); len(g.whole) < n; g.pass(5 * time.Millisecond) {
		if g.Now.After(end) {
			g.t.Fatalf("%d pictures are whole, want %d", len(g.whole), n)
		}
	}
}

// number returns the number of the placement of a stream.
func (g *slowGallery) number(s *stream.Stream) uint32 {
	target, _ := picture.ParseTarget(s.Target)
	return target.Number
}

func at(row int, command string) string { return fmt.Sprintf("\x1b[%dH%s", row, command) }

// tenKB is the number of pixels of a picture of about 10 kB.
const tenKB = 3000

// TestReplacedPicturesAreSkipped shows small pictures, each in the place of the last one.
// Little of those that are gone is sent.
func TestReplacedPicturesAreSkipped(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	var last []byte
	for id := range 20 {
		command, data := show(id+1, tenKB)
		g.write("\x1b[2J" + at(1, command))
		g.pass(100 * time.Millisecond)
		last = data
	}
	begin := g.Now
	for len(g.whole) == 0 || !bytes.Equal(g.data[g.whole[len(g.whole)-1]], last) {
		g.pass(10 * time.Millisecond)
		if g.Now.Sub(begin) > time.Minute {
			t.Fatal("the last picture does not come")
		}
	}
	sum := 0
	for _, data := range g.data {
		sum += len(data)
	}
	took := g.Now.Sub(begin)
	t.Logf("%d bytes; the last picture took %v", sum, took)
	if sum > 8*len(last) || took > 900*time.Millisecond { // 20 have 20 times as many, and take 6 s
		t.Errorf("%d bytes; the last picture took %v", sum, took)
	}
}

// TestNewPictureOvertakes shows a small picture while a large one is on its way, and others
// after them. The newest comes first, and no byte twice.
func TestNewPictureOvertakes(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	large, data := show(1, 100_000)
	g.write(at(20, large)) // below, where a screen is read last
	g.pass(2 * time.Second)
	var numbers []uint32
	for id := range 3 {
		small, _ := show(id+2, tenKB)
		g.write(at(4*id+1, small))
		begin := g.Now
		g.await(id+1, 20*time.Second)
		if took := g.Now.Sub(begin); took > time.Second {
			t.Errorf("a picture of 10 kB took %v", took)
		}
		numbers = append(numbers, g.number(g.whole[id]))
	}
	if !slices.IsSorted(numbers) {
		t.Errorf("in the order %v", numbers)
	}
	g.await(4, time.Minute)
	if !bytes.Equal(g.data[g.whole[3]], data) {
		t.Error("the large picture has other data")
	}
	if len(g.data) != 4 {
		t.Errorf("%d streams", len(g.data))
	}
}

// TestLittleIsCommitted shows pictures at once and erases them. What the streams have and have
// not sent is little, and is not sent any more.
func TestLittleIsCommitted(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	f := &g.attachment.pictures
	large, _ := show(1, 100_000)
	g.write(at(1, large))
	g.pass(2 * time.Second)
	for id := range 8 {
		small, _ := show(id+2, 2000)
		g.write(at(3*(id/4)+4, fmt.Sprintf("\x1b[%dG%s", id%4*10+1, small)))
	}
	for range 20 {
		unsent := 0
		for _, d := range f.sending {
			unsent += d.Unsent()
		}
		if unsent > 20_000 {
			t.Fatalf("%d bytes wait in streams", unsent)
		}
		g.pass(10 * time.Millisecond)
	}
	received := func() (sum int) {
		for _, data := range g.data {
			sum += len(data)
		}
		return sum
	}
	before := received()
	g.write("\x1b[2J")
	g.pass(5 * time.Second)
	if late := received() - before; late > 10_000 { // on the path
		t.Errorf("%d bytes of pictures that are gone", late)
	}
	if len(f.sending) > 0 {
		t.Errorf("%d pictures are on their way", len(f.sending))
	}
}

// TestErasedPictureIsNotSent erases a picture that is all in its stream, behind a text for the
// clipboard.
func TestErasedPictureIsNotSent(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	g.write("\x1b]52;c;" + string(bytes.Repeat([]byte("QUJD"), 300_000)) + "\a")
	g.pass(2 * time.Second)
	command, data := show(1, 1000)
	g.write(at(1, command))
	g.pass(time.Second)
	f := &g.attachment.pictures
	if len(f.sending) != 1 || !f.sending[0].closed || f.sending[0].Unsent() != len(data) {
		t.Fatalf("%d pictures wait in their streams", len(f.sending))
	}
	g.write("\x1b[2J")
	g.pass(time.Minute)
	for s, got := range g.data {
		if s.Kind == picture.StreamKind && len(got) > 0 {
			t.Errorf("%d bytes of the picture have come", len(got))
		}
	}
}

// TestPictureComesBack hides a picture behind the alternate screen while it is on its way.
func TestPictureComesBack(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	command, data := show(1, 40_000)
	g.write(at(1, command))
	g.pass(time.Second)
	g.write("\x1b[?1049h\x1b[2Jediting")
	g.pass(time.Second)
	if n := len(g.attachment.pictures.sending); n > 0 || len(g.whole) > 0 {
		t.Fatalf("%d pictures are on their way, %d have come", n, len(g.whole))
	}
	g.write("\x1b[?1049l")
	g.await(1, time.Minute)
	if !bytes.Equal(g.data[g.whole[0]], data) {
		t.Error("the picture has other data")
	}
}

// TestPictureOnItsWayIsNotForgotten needs the room of a picture that is all on its way, and not
// shown any more: the client would have it after it has forgotten it.
func TestPictureOnItsWayIsNotForgotten(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms")
	f := &g.attachment.pictures
	first, _ := show(1, tenKB)
	g.cut = true
	g.write(at(1, first))
	g.Run(time.Second)
	if len(f.sending) != 1 || f.sending[0].Unsent() > 0 {
		t.Fatalf("%d pictures are on their way", len(f.sending))
	}
	f.bytes += picture.MaxMemory - f.images[0].bytes
	f.images[0].bytes = picture.MaxMemory
	second, data := show(2, tenKB)
	g.write("\x1b[2J" + at(1, second))
	g.Run(time.Second)
	if len(f.sending) != 1 || len(f.images) != 1 {
		t.Errorf("%d pictures are on their way", len(f.sending))
	}
	g.cut = false
	g.await(2, time.Minute)
	target, _ := picture.ParseTarget(g.whole[1].Target)
	if len(target.Forgotten) != 1 || !bytes.Equal(g.data[g.whole[1]], data) {
		t.Errorf("%d are forgotten", len(target.Forgotten))
	}
}

// TestPictureSurvivesThePath loses the path, and moves the client, while a picture is on its
// way.
func TestPictureSurvivesThePath(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	command, data := show(1, 40_000)
	g.write(at(1, command))
	g.pass(time.Second)
	g.cut = true
	g.pass(30 * time.Second)
	g.cut = false
	g.from = netip.MustParseAddrPort("198.51.100.9:777")
	g.await(1, time.Minute)
	if !bytes.Equal(g.data[g.whole[0]], data) || len(g.data) != 1 {
		t.Errorf("%d bytes of %d, in %d streams", len(g.data[g.whole[0]]), len(data), len(g.data))
	}
}

// TestNewClientGetsThePicture has another client take over while a picture is on its way.
func TestNewClientGetsThePicture(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	command, data := show(1, 40_000)
	g.write(at(1, command))
	g.pass(time.Second)
	g.enter()
	g.resize(80, 24)
	g.await(1, time.Minute)
	if !bytes.Equal(g.data[g.whole[0]], data) {
		t.Error("the picture has other data")
	}
}

// TestKeysBesidePictures types beside pictures and beside a text for the clipboard, which goes
// by a bulk stream: keys are as fast.
func TestKeysBesidePictures(t *testing.T) {
	beside := func(output string) (median time.Duration) {
		g := newSlowGallery(t, "rtt=100ms,rate=256k")
		g.write(output)
		g.pass(2 * time.Second)
		var took []time.Duration
		for n := range 100 {
			g.typeKeys("k")
			sent, begin := g.client.Sent()+1, g.Now
			for {
				g.read()
				if screen, _ := g.client.Remote(); screen.EchoAck >= sent {
					break
				}
				g.Run(time.Millisecond)
				if g.Now.Sub(begin) > 10*time.Second {
					t.Fatalf("key %d has no echo", n)
				}
			}
			took = append(took, g.Now.Sub(begin))
			g.pass(120*time.Millisecond - g.Now.Sub(begin))
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	large, _ := show(1, 500_000)
	nothing, bulk, pictures := beside(""), beside("\x1b]52;c;"+string(bytes.Repeat([]byte("QUJD"), 400_000))+"\a"), beside(at(5, large)+"\x1b[H")
	t.Logf("%v beside nothing, %v beside a bulk stream, %v beside a picture", nothing, bulk, pictures)
	if pictures > bulk+bulk/4 || pictures > nothing+100*time.Millisecond {
		t.Errorf("%v beside nothing, %v beside a bulk stream, %v beside a picture", nothing, bulk, pictures)
	}
}

// TestPicturesLeaveTheRate sends a text for the clipboard beside a picture. The text has the
// rate of the path.
func TestPicturesLeaveTheRate(t *testing.T) {
	g := newSlowGallery(t, "rtt=100ms,rate=256k")
	large, _ := show(1, 500_000)
	g.write(at(5, large))
	g.pass(2 * time.Second)
	g.write("\x1b]52;c;" + string(bytes.Repeat([]byte("QUJD"), 300_000)) + "\a")
	g.pass(time.Second)
	sum := func() map[uint64]int {
		kinds := map[uint64]int{}
		for s, data := range g.data {
			kinds[s.Kind] += len(data)
		}
		return kinds
	}
	before := sum()
	g.pass(10 * time.Second)
	after := sum()
	text, pictures := after[6]-before[6], after[picture.StreamKind]-before[picture.StreamKind]
	if text < 200_000 || pictures > text/20 {
		t.Errorf("%d bytes of the text and %d of the picture in 10 s", text, pictures)
	}
}

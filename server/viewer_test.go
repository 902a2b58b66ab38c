//go:build unix

package server

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gm/internal/forward"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/stream"
)

// TestViewerBeginsNoStreams attaches to a session as a client that only sees the screen. It
// has streams, for pictures, and asks the host by them for programs, ports and the agent.
func TestViewerBeginsNoStreams(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	first := s.connect(80, 24)
	first.see("")
	const extensions = "gm=screen,terminal,streams,pictures,identifiers,sessions"
	a := u.run("attach", "-@", extensions, "-@", "gm-role=read-only", "work")
	if !state.ParseExtensions(a.Extensions).Has(state.ExtStreams | state.ExtPictures) {
		t.Fatalf("granted: %q", a.Extensions)
	}
	viewer := (&realServer{t: t, Announcement: a.Announcement}).connect(80, 24)
	var err error
	viewer.wire, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: a.Key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4, Identifiers: true, Streams: true,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(t.TempDir(), "made")
	var all []*stream.Stream
	for _, ask := range []struct {
		kind   uint64
		target string
	}{
		{forward.KindExec, "touch " + made}, {forward.KindListen, "agent"}, {forward.KindListen, "tcp\x00\x00127.0.0.1\x000"},
		{forward.KindConnect, "tcp\x00127.0.0.1\x0022"}, {forward.KindProgram, ""},
	} {
		all = append(all, viewer.wire.Streams().Open(ask.kind, []byte(ask.target)))
	}
	for i, asked := range all {
		viewer.waitFor("a stream is not refused", func() bool {
			first.turn(time.Now().Add(time.Millisecond))
			_, _, err := asked.Next()
			var reset *stream.ResetError
			if errors.As(err, &reset) && reset.Code != forward.CodeProhibited {
				t.Fatalf("stream %d: %d %s", i, reset.Code, reset.Text)
			}
			return reset != nil
		})
	}
	if _, err := os.Stat(made); err == nil {
		t.Error("the viewer has run a program")
	}
}

package forwarding

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/client/x11"
	"gm/internal/forward"
	"gm/internal/xauth"
	"gm/sshboot/sshconfig"
)

// textX11Refused is ssh's message for a host that does not forward X11.
const textX11Refused = "X11 forwarding request failed on channel 0"

func (c *Config) readX11(cfg *sshconfig.Config) {
	c.askX11 = cfg.Flag("forwardx11")
	c.x11 = x11.Options{Trusted: cfg.Flag("forwardx11trusted"), Timeout: cfg.Duration("forwardx11timeout")}
	if cfg.IsSet("xauthlocation") {
		c.x11.Xauth = cfg.Word("xauthlocation")
	}
}

// OpenX11 sets X11 if it is to be forwarded and DISPLAY is set. log receives why it is not, in
// ssh's words.
func (c *Config) OpenX11(ctx context.Context, log func(string)) {
	display := os.Getenv("DISPLAY")
	if !c.askX11 || display == "" {
		return
	}
	var err error
	if c.X11, err = x11.Open(ctx, display, c.x11, time.Now(), log); err != nil {
		c.X11 = nil
		log(err.Error())
	}
}

// ProbeX11 asks sshd whether it forbids X11, before the session begins: programs that find
// DISPLAY use it. X11 is then nil.
func (c *Config) ProbeX11(ctx context.Context, client *ssh.Client, log func(string)) {
	if c.X11 == nil {
		return
	}
	refused := make(chan bool, 1)
	go func() { refused <- refusesX11(client, c.X11) }()
	select {
	case yes := <-refused:
		if yes {
			c.X11 = nil
			log(textX11Refused)
		}
	case <-ctx.Done():
		c.X11 = nil
	}
}

// refusesX11 reports whether sshd does not forward X11 (RFC 4254, 6.3.1), on a channel of its
// own.
func refusesX11(client *ssh.Client, server *x11.Server) bool {
	channel, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		return false // MaxSessions
	}
	defer channel.Close()
	go ssh.DiscardRequests(requests)
	ok, err := channel.SendRequest("x11-req", true, server.Request(xauth.NewCookie()))
	return err == nil && !ok
}

// x11Forward is the display of the session.
type x11Forward struct {
	request *forward.Forward // nil without X11
	known   chan struct{}    // closed once fake is known
	fake    xauth.Cookie     // that the host's programs have
}

func (f *Forwarding) beginX11() {
	server := f.cfg.X11
	if server == nil {
		return
	}
	f.x11.known = make(chan struct{})
	log := func(text string) { f.Mux.Post(func() { f.log(text) }) }
	request, err := f.Mux.RequestX11([]string{strconv.Itoa(server.Screen())}, func(ctx context.Context) (forward.Endpoint, error) {
		select {
		case <-f.x11.known:
			return server.Accept(time.Now(), f.x11.fake, log)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	if f.x11.request = request; err != nil {
		f.log(err.Error())
	}
}

// x11Changed handles the server's answer: DISPLAY, the cookie of the host's programs, and a
// word if the session's program does not have DISPLAY.
func (f *Forwarding) x11Changed() {
	switch r := f.x11.request; r.State {
	case forward.Listening:
		words := append(strings.Fields(r.Answer), "", "")
		var ok bool
		if f.x11.fake, ok = xauth.ParseCookie(words[1]); !ok {
			r.Cancel()
			return
		}
		close(f.x11.known)
		if words[2] != "" {
			f.log("X11 needs DISPLAY=" + words[0] + " in programs: the session began without it")
		}
	case forward.Failed:
		f.log(textX11Refused + ": " + r.Reason)
	}
}

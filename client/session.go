package client

import (
	"errors"
	"net/netip"
	"time"

	"gm/client/plainrow"
	"gm/client/predict"
	"gm/internal/deadline"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// session is the client's side of a session: transport, predictions, notifications
// and input. It does no I/O, and its methods are passed the time.
type session struct {
	transport      *wire.Transport[state.User, state.Screen]
	predictor      *predict.Predictor
	bar            notificationBar
	panel          panel
	commands       commandLine
	look           vt.Rendition // of the bar, the panel and the command line
	answers        []bool       // to questions about the agent, not taken yet
	canForward     bool         // the loop has forwardings
	server         netip.AddrPort
	granted        state.Extension
	input          input
	queue          keyQueue
	titlePrefix    string
	description    string // of the session, for the user; empty if it has no name
	plain          bool   // messages are in row, below the screen
	row            plainrow.Row
	below          int // number of rows below the screen
	cols, rows     int // size of the user's window, without these
	view           view
	sentAppearance state.Appearance
	seenEvents     uint64 // number of the last event handled
	terminal       terminal
	history        state.History // of the newest screen
	readOnly       bool          // the session ignores keys
	passing        bool          // the terminal is in a passage: what it sends are not keys
	keysRefused    bool          // the bar has shown that
	quitting       bool
	quitAt         time.Time
	detaching      bool   // the session is to go on after the end that was announced
	outlivesWindow bool   // it is to go on if the user's terminal is closed
	refusal        string // ICMP error before the first contact; empty if none
	path           pathStatus
}

func newSession(now time.Time, server netip.AddrPort, k datagram.Key, cols, rows int, s settings) (*session, error) {
	blank := vt.NewScreen(cols, rows)
	if s.extensions.Has(state.ExtSessions) {
		blank = vt.NewScreen(state.InitialCols, state.InitialRows)
	}
	blank.KeepHistory(s.historyLines)
	transport, err := wire.New(wire.Config[state.User, state.Screen]{
		Key:         k,
		Direction:   datagram.ToServer,
		Identifiers: s.extensions.Has(state.ExtIdentifiers),
		Paths:       s.extensions.Has(state.ExtPaths),
		Streams:     s.extensions.Has(state.ExtStreams),
		MinDelay:    wire.ClientMinDelay,
		MTU:         datagram.MTU(server.Addr()),
		Remote:      state.Screen{Screen: blank},
	}, now)
	if err != nil {
		return nil, err
	}
	transport.SetRoute(now, datagram.Path{Remote: server})
	s.escape.detaches = s.canDetach()
	s.escape.keeps = s.canDetach() && s.readOnly
	if s.readOnly {
		s.predict = predict.Never
	}
	c := &session{
		transport:   transport,
		predictor:   predict.New(s.predict, s.overwrite),
		bar:         notificationBar{port: server.Port(), quitHint: s.escape.quitHint(), started: now},
		input:       newInput(s.escape),
		titlePrefix: s.titlePrefix,
		description: s.description(),
		server:      server,
		granted:     s.extensions,
		readOnly:    s.readOnly,
		look:        s.barRendition(),
		plain:       s.plain,

		outlivesWindow: s.outlivesWindow(),
	}
	c.predictor.Plain, c.bar.plain = s.plain, s.plain
	c.resize(now, cols, rows-c.rowsBelow(rows))
	return c, nil
}

func (c *session) runCommand(now time.Time, cmd command, a *keyActions) {
	if c.quitting && cmd != commandQuit || c.passing && !cmd.leaves() {
		return
	}
	c.bar.setMessage("", false)
	switch cmd {
	case commandHelp:
		c.bar.setMessage(c.input.help(), true)
	case commandRepaint:
		a.repaint = true
	case commandStatistics:
		c.panel.show(now, contentStatistics)
	case commandLineOpen:
		c.openCommandLine(now)
	case commandForwards:
		c.showForwards(now)
	case commandPermit, commandRefuse:
		c.answers = append(c.answers, cmd == commandPermit)
	case commandSuspend:
		a.suspend = true
	case commandLogin:
		a.login = true
	case commandDetach:
		c.detach(now, "Detaching...")
	case commandQuit:
		if c.input.keeps || c.detaching {
			c.detach(now, "Detaching...")
		} else {
			c.quit(now, "Exiting on user request...")
		}
	}
}

// leave ends the session, or detaches from it if it is to outlive the user's terminal.
func (c *session) leave(now time.Time, why string) {
	if c.outlivesWindow {
		c.detach(now, why)
	} else {
		c.quit(now, why)
	}
}

// detach announces the client's end to the server and asks it to keep the session. Once
// another end was announced it only shows why.
func (c *session) detach(now time.Time, why string) {
	if !c.quitting {
		c.detaching = true
		c.transport.SetLocal(now, c.transport.Local().WithDetach())
	}
	c.quit(now, why)
}

// quit begins to end the session and announces the end to the server. Keys that wait
// to be sent are dropped.
func (c *session) quit(now time.Time, why string) {
	if !c.quitting {
		c.quitting, c.quitAt = true, now
	}
	c.queue = keyQueue{}
	c.commands.close()
	c.bar.setMessage(why, false)
	c.transport.Shutdown(now)
}

func (c *session) resize(now time.Time, cols, rows int) {
	if cols == c.cols && rows == c.rows || cols <= 0 || rows <= 0 {
		return
	}
	c.cols, c.rows = cols, rows
	c.predictor.Reset()
	if c.panel.content == contentForwards {
		c.panel.due = now
	}
	if !c.view.foreign {
		c.view.ours = c.transport.Sent() + 1
	}
	c.transport.SetLocal(now, c.transport.Local().WithSize(cols, rows))
}

// receive handles a datagram, whoever has sent it. An error ends the session.
func (c *session) receive(now time.Time, data []byte, path datagram.Path, congested bool) error {
	before := c.contact(now)
	r, err := c.transport.Receive(now, data, path, congested)
	if r.Newest {
		c.bar.recordContact(now, before)
	}
	if r.State {
		c.validatePredictions(now)
		c.handleEvents(now)
		c.acknowledgeHistory(now)
	}
	c.sendQueued(now) // an acknowledgement makes room
	if errors.Is(err, wire.ErrVersion) || errors.Is(err, datagram.ErrExhausted) {
		return err
	}
	return nil
}

// tick passes the datagrams that are due to send. An error ends the session.
func (c *session) tick(now time.Time, send func(datagram.Path, []byte)) error {
	c.validatePredictions(now)
	c.bar.expire(now)
	if err := c.transport.Tick(now, send); !errors.Is(err, wire.ErrTooLarge) {
		return err
	}
	return nil
}

// sent records whether a datagram could be sent. An error is shown and counts as loss: a
// network that is gone may come back.
func (c *session) sent(now time.Time, err error) { c.bar.recordSend(now, sendErrorText(err)) }

func (c *session) validatePredictions(now time.Time) {
	remote, _ := c.transport.Remote()
	c.predictor.Validate(now, remote, c.transport.SendInterval())
}

// deadline returns when tick and frame must be called if no event comes before.
func (c *session) deadline(now time.Time) time.Time {
	return deadline.Earliest(
		c.transport.Deadline(now),
		c.predictor.Deadline(now),
		c.bar.deadline(now, c.contact(now)),
		c.panel.due,
		c.connectDeadline(),
		c.lingerUntil(),
		c.quitDeadline(),
		c.partialDeadline(),
		c.queue.deadline(now),
		c.row.Deadline(),
	)
}

func (c *session) contact(now time.Time) contact {
	_, answered := c.transport.Acked()
	return contact{heard: c.transport.Heard(), answered: answered, hears: c.transport.HeardUs(), expected: c.transport.ExpectedBy(now)}
}

// frame returns the screen for the user's window: the server's, with predictions,
// the panel and the notification bar or the command line over it, or below it if plain.
func (c *session) frame(now time.Time) *vt.Screen {
	remote, _ := c.transport.Remote()
	s := c.view.show(c.predictor.Paint(now, remote.Screen), c.cols, c.rows, c.resizing(&remote))
	if c.plain {
		s = c.withRow(now, s)
	} else {
		c.paintOver(now, s)
	}
	if c.commands.open {
		s.Modes.BracketedPaste = true
	}
	if s.TitleSet && c.titlePrefix != "" {
		s.Title, s.Icon = c.titlePrefix+s.Title, c.titlePrefix+s.Icon
	}
	c.input.setModes(s.Modes)
	return s
}

func (c *session) paintOver(now time.Time, s *vt.Screen) {
	c.panel.paint(s, c.look)
	if c.commands.open {
		c.commands.paint(s, c.look)
	} else {
		c.bar.paint(now, c.contact(now), s, c.look)
	}
}

// ended returns how the session has ended; endNone if it goes on.
//
// A server that has never answered may still have heard the client. The end is
// announced to it for unansweredQuitTimeout.
func (c *session) ended(now time.Time) endReason {
	never := c.transport.Heard().IsZero()
	giveUp := c.connectDeadline()
	switch {
	case c.transport.Closed():
		if c.lingerUntil().After(now) {
			return endNone
		}
		return endClean
	case never && (c.quitting && !now.Before(c.quitAt.Add(unansweredQuitTimeout)) || !giveUp.IsZero() && !now.Before(giveUp) || c.refusal != ""):
		return endNeverConnected
	case c.transport.TimedOut(now) && !never:
		return endUnclean
	}
	return endNone
}

// unansweredQuitTimeout is how long the end is announced to a server that has never
// answered.
const unansweredQuitTimeout = 2 * time.Second

// lingerUntil returns until when repeated announcements of the server's end are
// answered; zero on a path without loss, where the user need not wait. A server that
// keeps sessions without a client must have the answer, or it keeps the ended one for a
// day: without loss, that takes one round trip.
func (c *session) lingerUntil() time.Time {
	if !c.transport.Closed() || !c.transport.Lossy() && !c.granted.Has(state.ExtSessions) {
		return time.Time{}
	}
	return c.transport.LingerUntil()
}

// lastScreen returns the screen to leave in the terminal after a clean end; nil for
// none. It is that of a program that ended by itself and outside of the alternate
// screen.
func (c *session) lastScreen() *vt.Screen {
	remote, _ := c.transport.Remote()
	if c.quitting || c.sentAway().Reason != state.DetachNone || remote.ExitStatus.Stopped != "" || remote.EchoState.Alternate {
		return nil
	}
	_, rows := remote.Screen.Size()
	return remote.Screen.Resized(c.cols, rows)
}

func (c *session) outcome(how endReason) sessionResult {
	remote, _ := c.transport.Remote()
	return sessionResult{
		reason: how, exit: remote.ExitStatus, sendError: c.bar.sendError, refused: c.refusal, path: c.path,
		detached: c.detaching && !remote.ExitStatus.Known, sentAway: c.sentAway(),
	}
}

// sentAway returns why the server has detached the client; zero if it has not.
func (c *session) sentAway() state.Detachment {
	if !c.granted.Has(state.ExtSessions) {
		return state.Detachment{}
	}
	remote, _ := c.transport.Remote()
	return remote.Detachment
}

// quitDeadline returns when the end is announced no longer to a server that has never
// answered; zero if it has, or if the session is not ending.
func (c *session) quitDeadline() time.Time {
	if !c.quitting || !c.transport.Heard().IsZero() {
		return time.Time{}
	}
	return c.quitAt.Add(unansweredQuitTimeout)
}

// connectDeadline returns when a server that has never answered is given up; zero while
// the SSH connection carries the session, and once it has.
func (c *session) connectDeadline() time.Time {
	if !c.transport.Heard().IsZero() || c.path.pipe {
		return time.Time{}
	}
	return c.bar.started.Add(giveUpAfter)
}

// handleEvents shows a message for each event without a command, which stands for a
// clipboard text over the limit. The others go to the terminal.
func (c *session) handleEvents(now time.Time) {
	remote, _ := c.transport.Remote()
	for _, e := range remote.Screen.EventsSince(c.seenEvents) {
		if e.Command == "" && !c.quitting {
			c.bar.setBriefMessage(now, "Not copied: the text for the clipboard is too long.")
		}
	}
	c.seenEvents = remote.Screen.EventCount()
}

//go:build unix

package client

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gm/client/display"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// testProgram is the environment variable with the program that this test binary is to
// run in place of the tests.
const testProgram = "GM_TEST_PROGRAM"

func TestMain(m *testing.M) {
	switch program := os.Getenv(testProgram); program {
	case "":
		os.Exit(m.Run())
	case programMoshClient:
		os.Exit(MainMoshClient("test", os.Args[1:]))
	case "panic":
		os.Exit(panicking())
	case "panic feeder":
		os.Exit(panickingFeeder())
	case "stuck":
		os.Exit(stuck())
	case "spinning":
		os.Exit(spinning())
	default:
		os.Exit(Main(program, "test", os.Args[1:]))
	}
}

// panicking runs a loop without a session, which panics.
func panicking() (status int) {
	defer guard(os.Stderr, programGM, &status)
	terminal, err := openTTY()
	if err == nil {
		l := &loop{tty: terminal, display: display.New(vt.UserTerminal("xterm", "")), done: make(chan struct{})}
		_, err = l.run()
	}
	report(os.Stderr, programGM, err)
	return exitFailed
}

// panickingFeeder runs a session with a silent server and a feeder that panics.
func panickingFeeder() (status int) {
	terminal, err := openTTY()
	silent, listenErr := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err = errors.Join(err, listenErr); err == nil {
		l := &loop{tty: terminal, display: display.New(vt.UserTerminal("xterm", "")), done: make(chan struct{}), feederErr: make(chan error, 1)}
		server := silent.Local()
		l.session, _ = newSession(time.Now(), server, datagram.Key{}, 80, 24, plainSettings())
		l.connect(time.Now(), direct(server, datagram.Key{}))
		l.start(func() { panic("a feeder") })
		_, err = l.run()
	}
	report(os.Stderr, programGM, err)
	return exitFailed
}

// stuck runs a session whose loop hangs when the first screen of the server arrives. It
// then rings the bell, which does not disturb the frame being written.
func stuck() (status int) {
	l, err := stuckLoop()
	if err == nil {
		_, err = l.run()
	}
	report(os.Stderr, programGM, err)
	return exitFailed
}

func stuckLoop() (*loop, error) {
	terminal, err := openTTY()
	if err != nil {
		return nil, err
	}
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		return nil, err
	}
	now, server := time.Now(), netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), conn.Local().Port())
	l := &loop{tty: terminal, display: display.New(vt.UserTerminal("xterm", "")), done: make(chan struct{}), feederErr: make(chan error, 1)}
	l.session, err = newSession(now, server, datagram.Key{}, 80, 24, plainSettings())
	if err != nil {
		return nil, err
	}
	l.session.transport, err = wire.New(wire.Config[state.User, state.Screen]{
		Direction: datagram.ToServer, MTU: datagram.MTUSmall, Remote: state.Screen{Screen: vt.NewScreen(80, 24)},
		Accept: func(state.Screen) bool { fmt.Print("\a"); select {} },
	}, now)
	if err != nil {
		return nil, err
	}
	if err = l.connect(now, direct(server, datagram.Key{})); err == nil {
		go speak(conn)
	}
	return l, err
}

// speak is a server that sends one screen to the first client.
func speak(conn *udp.Conn) {
	buf := make([]byte, udp.ReadSize)
	client, err := conn.Read(buf)
	if err != nil {
		return
	}
	t, err := wire.New(wire.Config[state.Screen, state.User]{
		Direction: datagram.ToClient, MTU: datagram.MTUSmall, Local: state.Screen{Screen: vt.NewScreen(80, 24)},
	}, time.Now())
	if err != nil {
		return
	}
	shown := vt.NewTerminal(80, 24, vt.Options{})
	shown.Write([]byte("shown"))
	t.SetLocal(time.Now(), state.Screen{Screen: shown.Snapshot()})
	later := time.Now().Add(time.Second)
	t.Tick(later, func(_ datagram.Path, d []byte) { conn.Write(d, client.Path) })
}

// patience bounds each wait of a test.
const patience = time.Minute

// window is a program and its terminal.
type window struct {
	*testing.T
	cmd     *exec.Cmd
	master  *os.File
	slave   *os.File
	before  *term.State // of the slave, before the program ran
	output  chan []byte
	screen  *vt.Terminal
	history string

	reading sync.Mutex // held while the window takes no output
	stopped bool
}

// open runs program, which this binary contains, in a window of 80x24.
func open(t *testing.T, program string, env []string, args ...string) *window {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	w := &window{
		T: t, master: master, slave: slave, before: before,
		output: make(chan []byte, 1024), screen: vt.NewTerminal(80, 24, vt.Options{}),
	}
	w.cmd = exec.Command(os.Args[0], args...)
	w.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", testProgram+"="+program), env...)
	w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = slave, slave, slave
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go w.read()
	t.Cleanup(func() {
		w.cmd.Process.Kill()
		slave.Close()
		master.Close()
	})
	return w
}

func (w *window) read() {
	for {
		b := make([]byte, 4096)
		w.reading.Lock()
		n, err := w.master.Read(b)
		w.reading.Unlock()
		if err != nil {
			return
		}
		w.output <- b[:n]
	}
}

// until shows output until ok returns true. what describes that in the error.
func (w *window) until(what string, ok func(*vt.Screen) bool) {
	w.Helper()
	late := time.After(patience)
	for !ok(w.screen.Snapshot()) {
		select {
		case b := <-w.output:
			w.history += string(b)
			w.screen.Write(b)
			if reply := w.screen.TakeReplies(nil); len(reply) > 0 {
				w.Fatalf("the terminal is made to answer %q", reply)
			}
		case <-late:
			w.Fatalf("%s did not come; the screen is\n%s", what, w.screen.Snapshot().Text())
		}
	}
}

// sees waits for a text anywhere on the screen.
func (w *window) sees(text string) {
	w.Helper()
	w.until(text, func(s *vt.Screen) bool { return strings.Contains(s.Text(), text) })
}

func (w *window) types(keys string) {
	w.Helper()
	if _, err := w.master.WriteString(keys); err != nil {
		w.Fatal(err)
	}
}

// stop stalls the terminal: nothing reads its output. It returns when there is no room
// for more. A pty may take some bytes although poll says that it takes none: NUL, which does
// nothing, fills it.
func (w *window) stop() {
	w.Helper()
	w.reading.Lock()
	w.stopped = true
	fd, err := unix.Open(w.slave.Name(), unix.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		w.Fatal(err)
	}
	defer unix.Close(fd)
	full := 0
	for late := time.Now().Add(patience); full < 2; {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if n, err := unix.Poll(poll, 100); err != nil || n > 0 {
			full = 0
		} else if _, err := unix.Write(fd, make([]byte, 1<<16)); err == unix.EAGAIN {
			full++
		}
		if time.Now().After(late) {
			w.Fatal("there is always room for more output")
		}
	}
}

// exits waits for the end of the program and checks its status and the state of the
// terminal.
func (w *window) exits(status int) {
	w.Helper()
	w.ends()
	if got := w.cmd.ProcessState.ExitCode(); got != status {
		w.Errorf("exit status %d, want %d; it left\n%s", got, status, w.screen.Snapshot().Text())
	}
}

// ends waits for the end of the program and checks the state of the terminal.
func (w *window) ends() {
	w.Helper()
	ended := make(chan error, 1)
	go func() { ended <- w.cmd.Wait() }()
	late := time.After(patience)
	for waiting := true; waiting; {
		select {
		case b := <-w.output:
			w.history += string(b)
			w.screen.Write(b)
		case err := <-ended:
			waiting = false
			if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
				w.Fatal(err)
			}
		case <-late:
			w.Fatalf("no end; the screen is\n%s", w.screen.Snapshot().Text())
		}
	}
	if w.stopped {
		w.reading.Unlock()
	}
	w.restored()
}

// restored checks that the terminal is in its state before the program.
func (w *window) restored() {
	w.Helper()
	w.drain()
	after, err := term.GetState(int(w.slave.Fd()))
	if err != nil || !reflect.DeepEqual(after, w.before) {
		w.Errorf("the terminal is left in another state: %v, %v; before %v", after, err, w.before)
	}
	if w.screen.AlternateScreen() || w.screen.ApplicationCursorKeys() {
		w.Error("the terminal is left in the alternate screen or with application cursor keys")
	}
	if s := w.screen.Snapshot(); s.Modes != (vt.Modes{}) || s.Cursor.Hidden || s.Cursor.Shape != 0 {
		w.Errorf("the terminal is left with modes %+v, cursor %+v", s.Modes, s.Cursor)
	}
	if strings.Contains(w.history, "goroutine ") {
		w.Errorf("the user reads a stack trace:\n%s", w.history)
	}
}

// drain shows all output so far.
func (w *window) drain() {
	w.Helper()
	mark := fmt.Sprintf("\x1b_mark %d\x1b\\", len(w.history))
	if _, err := w.slave.WriteString(mark); err != nil {
		w.Fatal(err)
	}
	w.until("the mark", func(*vt.Screen) bool { return strings.Contains(w.history, mark) })
}

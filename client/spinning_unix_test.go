//go:build unix

package client

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire/udp"
)

// spinning is a program with a watchdog, in which a datagram leads to endless work on its
// only processor. It prints its UDP address.
func spinning() (status int) {
	runtime.GOMAXPROCS(1)
	w := newWatchdog()
	go w.watch(notifyQuit())
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		return 1
	}
	fmt.Println(conn.Local())
	if _, err := conn.Read(make([]byte, udp.ReadSize)); err != nil {
		return 1
	}
	w.setBusy()
	for turns := 0; ; turns++ { // without a system call
		if turns < 0 {
			return 1
		}
	}
}

// TestWatchdogOfASleepingProcess: the runtime's watcher, which lets other goroutines run,
// sleeps with the process. It is awake when a datagram has come.
func TestWatchdogOfASleepingProcess(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), testProgram+"=spinning")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer killer.Stop()
	lines := bufio.NewReader(out)
	addr, _ := lines.ReadString('\n')
	conn, err := net.Dial("udp", strings.TrimSpace(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	<-time.After(100 * time.Millisecond) // it is asleep
	io.WriteString(conn, "x")
	<-time.After(100 * time.Millisecond) // it is busy
	cmd.Process.Signal(syscall.SIGTERM)
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("the watchdog does not end it: %v", err)
	}
}

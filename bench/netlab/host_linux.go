package netlab

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

const device = "gm0"

type Host struct {
	Addr netip.Addr

	tun  *os.File
	work chan func() // run by the thread that is in the namespace
}

// newHost returns a host that reaches peer through its device.
func newHost(addr, peer netip.Addr) (*Host, error) {
	h := &Host{Addr: addr, work: make(chan func())}
	entered := make(chan error)
	go h.live(entered)
	if err := <-entered; err != nil {
		return nil, fmt.Errorf("make a network namespace (only root may): %w", err)
	}
	err := h.Do(func() (err error) {
		h.tun, err = openTUN(device)
		return err
	})
	if err != nil {
		h.close()
		return nil, err
	}
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"link", "set", device, "addrgenmode", "none"}, // no neighbour discovery on the wire
		{"addr", "add", addr.String(), "peer", peer.String(), "dev", device},
		{"link", "set", device, "txqueuelen", "10000", "up"}, // only the wire drops packets
	} {
		if err := h.run("ip", args...); err != nil {
			h.close()
			return nil, err
		}
	}
	return h, nil
}

// live creates the namespace and runs work in it. The thread ends with the goroutine,
// because no other goroutine may run on a thread in another namespace.
func (h *Host) live(entered chan<- error) {
	runtime.LockOSThread()
	entered <- unix.Unshare(unix.CLONE_NEWNET)
	for f := range h.work {
		f()
	}
}

// Do runs f in h's network: sockets that it opens and processes that it starts belong to
// h. f must not wait for other goroutines that do either.
func (h *Host) Do(f func() error) (err error) {
	done := make(chan struct{})
	h.work <- func() { err = f(); close(done) }
	<-done
	return err
}

func (h *Host) run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	out, err := os.CreateTemp("", "netlab-") // a pipe would need a goroutine
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stderr = out
	if err := h.Do(cmd.Start); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%q: %w: %s", cmd.Args, err, text)
	}
	return nil
}

func (h *Host) close() {
	if h.tun != nil {
		h.tun.Close()
	}
	close(h.work)
}

// openTUN opens the TUN device of the calling thread's namespace. Reads and writes are
// packets without an additional header.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make the TUN device %s: %w", name, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

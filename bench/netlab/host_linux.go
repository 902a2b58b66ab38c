package netlab

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// device is the name of the TUN device of each host.
const device = "gm0"

// Host is one of the two hosts of a Lab.
type Host struct {
	Addr netip.Addr

	tun  *os.File
	work chan func() // run by the thread that lives in the namespace
}

// newHost gives a host that reaches peer through its device.
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
		{"link", "set", device, "txqueuelen", "10000", "up"}, // what is dropped, the wire drops
	} {
		if err := h.run("ip", args...); err != nil {
			h.close()
			return nil, err
		}
	}
	return h, nil
}

// live makes the namespace and works in it. The thread ends with the goroutine,
// since no other can be given one in another namespace.
func (h *Host) live(entered chan<- error) {
	runtime.LockOSThread()
	entered <- unix.Unshare(unix.CLONE_NEWNET)
	for f := range h.work {
		f()
	}
}

// Do runs f in h's network: a socket that it opens and a process that it starts
// are h's. f must not wait for other goroutines that do either.
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

// openTUN gives the TUN device of the calling thread's namespace, as packets
// without a header of its own.
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

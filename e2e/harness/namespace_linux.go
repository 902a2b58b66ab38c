package harness

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Namespace is a host with a network of its own: a network namespace, which only root can
// create.
type Namespace struct {
	t    testing.TB
	name string
}

// NewNamespace returns a host that has only the loopback interface. It is removed when
// the test ends.
func NewNamespace(t testing.TB) *Namespace {
	t.Helper()
	n := &Namespace{t, "gm-" + rand.Text()[:10]}
	n.run("ip", "netns", "add", n.name)
	t.Cleanup(func() { n.run("ip", "netns", "del", n.name) })
	n.IP("link set lo up")
	return n
}

func (n *Namespace) file() string { return filepath.Join("/run/netns", n.name) }

// Enter returns the beginning of a command line that runs on n.
func (n *Namespace) Enter() []string { return []string{"nsenter", "--net=" + n.file()} }

// IP runs ip(8) on n with the words of args.
func (n *Namespace) IP(args string) {
	n.t.Helper()
	n.run("ip", slices.Concat([]string{"-n", n.name}, strings.Fields(args))...)
}

// Sysctl sets a parameter of the network, such as "ipv4/ip_forward".
func (n *Namespace) Sysctl(name, value string) {
	n.t.Helper()
	n.Do(func() error { return os.WriteFile("/proc/sys/net/"+name, []byte(value), 0) })
}

// NFT runs commands of nftables on n.
func (n *Namespace) NFT(commands string) {
	n.t.Helper()
	n.run("ip", "netns", "exec", n.name, "nft", commands)
}

// Filter adds a table of rules for the packets at a hook: input, output or forward.
// Packets that match no rule pass.
func (n *Namespace) Filter(table, hook string, rules ...string) {
	n.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "add table inet %s; add chain inet %s c { type filter hook %s priority 0; };", table, table, hook)
	for _, rule := range rules {
		fmt.Fprintf(&b, "add rule inet %s c %s;", table, rule)
	}
	n.NFT(b.String())
}

// Unfilter removes a table of Filter.
func (n *Namespace) Unfilter(table string) {
	n.t.Helper()
	n.NFT("delete table inet " + table)
}

func (n *Namespace) run(name string, args ...string) {
	n.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s %q: %v: %s (root is needed)", name, args, err, out)
	}
}

// Do runs f on n: the sockets that it opens belong to n.
func (n *Namespace) Do(f func() error) {
	n.t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		file, err := os.Open(n.file())
		if err == nil {
			defer file.Close()
			err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			err = f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		n.t.Fatalf("on %s: %v", n.name, err)
	}
}

// Listen listens on a TCP port of n.
func (n *Namespace) Listen(addr string) (l net.Listener) {
	n.t.Helper()
	n.Do(func() (err error) {
		l, err = net.Listen("tcp", addr)
		return err
	})
	return l
}

// PathTo returns a path from 127.0.0.1 of n to a TCP address that n reaches, as NewPath
// returns one.
func (n *Namespace) PathTo(addr string, rtt time.Duration, rate int) *Path {
	n.t.Helper()
	return newPath(n.t, n.Listen("127.0.0.1:0"), func() (conn net.Conn, err error) {
		n.Do(func() error {
			conn, err = net.Dial("tcp", addr)
			return nil
		})
		return conn, err
	}, rtt, rate)
}

// Plug connects two hosts by a cable, which is the interface of its name on each, with
// the addresses of each.
func Plug(cable string, a *Namespace, addrsOfA []string, b *Namespace, addrsOfB []string) {
	a.t.Helper()
	a.IP(fmt.Sprintf("link add %s type veth peer name %s netns %s", cable, cable, b.name))
	a.Address(cable, addrsOfA...)
	b.Address(cable, addrsOfB...)
	a.IP("link set " + cable + " up")
	b.IP("link set " + cable + " up")
}

// Address adds addresses, such as 10.0.0.1/24, to an interface.
func (n *Namespace) Address(device string, addrs ...string) {
	n.t.Helper()
	for _, addr := range addrs {
		if strings.Contains(addr, ":") {
			addr += " nodad" // usable at once
		}
		n.IP("addr add " + addr + " dev " + device)
	}
}

// ForgetConnections empties the table by which n translates addresses.
func (n *Namespace) ForgetConnections() {
	n.t.Helper()
	n.Do(func() error {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return unix.Sendto(fd, forgetConnections, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	})
}

// forgetConnections is an nlmsghdr with the type IPCTNL_MSG_CT_DELETE of
// NFNL_SUBSYS_CTNETLINK, then an nfgenmsg without attributes: all entries
// (linux/netfilter/nfnetlink.h).
var forgetConnections = slices.Concat(
	binary.NativeEndian.AppendUint32(nil, 20),
	binary.NativeEndian.AppendUint16(nil, 1<<8|2),
	binary.NativeEndian.AppendUint16(nil, unix.NLM_F_REQUEST),
	make([]byte, 8), // sequence number, port
	[]byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0},
)

// Received is the number of packets that the programs on a host have received.
type Received struct{ UDP, TCP int }

func (r Received) Minus(before Received) Received {
	return Received{r.UDP - before.UDP, r.TCP - before.TCP}
}

// Received returns the packets that n has received so far, without those that a Filter
// has dropped (proc_pid_net(5)).
func (n *Namespace) Received() (r Received) {
	n.t.Helper()
	n.Do(func() error {
		v4, err := os.ReadFile("/proc/thread-self/net/snmp")
		if err != nil {
			return err
		}
		v6, err := os.ReadFile("/proc/thread-self/net/snmp6")
		r = Received{
			UDP: column(string(v4), "Udp:", "InDatagrams") + row(string(v6), "Udp6InDatagrams"),
			TCP: column(string(v4), "Tcp:", "InSegs"),
		}
		return err
	})
	return r
}

// column returns a number of a table of two lines, of which the first has the names.
func column(text, table, name string) int {
	var names []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != table {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		n, _ := strconv.Atoi(fields[slices.Index(names, name)])
		return n
	}
	return 0
}

// row returns the number in the line that begins with a name.
func row(text, name string) int {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == name {
			n, _ := strconv.Atoi(fields[1])
			return n
		}
	}
	return 0
}

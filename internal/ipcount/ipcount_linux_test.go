package ipcount

import (
	"net"
	"testing"
)

const (
	snmp = `Ip: Forwarding InReceives ForwDatagrams InDelivers
Ip: 2 100 20 50
Udp: InDatagrams InReceives
Udp: 1 2
`
	snmp6 = "Ip6InReceives                   \t30\nIp6InDelivers\t40\nIp6OutForwDatagrams\t0\n"
)

func TestCounters(t *testing.T) {
	var c Count
	names, values := table(snmp)
	c.set(0, names, values, "InReceives", "InDelivers", "ForwDatagrams")
	names, values = list(snmp6)
	c.set(1, names, values, "Ip6InReceives", "Ip6InDelivers", "Ip6OutForwDatagrams")
	if want := (Count{Received: [2]uint64{100, 30}, Dropped: [2]uint64{30, 0}}); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
	for _, text := range []string{"", "Ip:", "Ip: a\n", "Ip: a b\nIp: 1\n", "x\nIp: InReceives\nIp: y\n"} {
		names, values := table(text)
		if n := find(names, values, "InReceives"); n != 0 {
			t.Errorf("%q: %d", text, n)
		}
		list(text)
	}
}

// TestReceived counts packets on loopback.
func TestReceived(t *testing.T) {
	before, ok := Read()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 100 {
		if _, err := conn.WriteTo([]byte("x"), conn.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	after, _ := Read()
	if !ok || after.Received[0]-before.Received[0] < 100 {
		t.Errorf("%+v, then %+v", before, after)
	}
}

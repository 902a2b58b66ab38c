package client

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestCheckLink(t *testing.T) {
	for args, want := range map[string]string{
		"--link=rtt=1s host":                         "--link goes with --local only",
		"--local --link=loss=130%":                   "read --link: loss of 130% is not within 0%..100%",
		"--local --link=rtt=500":                     "read --link: rtt=500: time: missing unit in duration",
		"--local --link=jitter=often":                "read --link: jitter=often: ",
		"--local --link=rate=fast":                   "read --link: rate=fast: ",
		"--local --link=speed=1":                     "read --link: speed=1: unknown name; known are rtt, delay, jitter, loss",
		"--local --link=rtt=1s --client=mosh-client": "--link does not go with --client",
	} {
		_, err := readOptions(programGM, strings.Fields(args))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	_, err := readOptions(programGM, []string{"--link", "rtt=1s", "host"})
	if hint := hintOf(err); !strings.Contains(hint, "gm --local --link rtt=1s") {
		t.Errorf("the hint is %q", hint)
	}
}

// TestSimulatedNetwork sends a datagram through the network of --link and back.
func TestSimulatedNetwork(t *testing.T) {
	server, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	addr := server.LocalAddr().(*net.UDPAddr).AddrPort()
	straight, _, err := (&options{}).throughSimnet(addr)
	if err != nil || straight != addr {
		t.Errorf("without --link: %v, %v", straight, err)
	}
	at, cut, err := (&options{local: true, link: "rtt=60ms"}).throughSimnet(addr)
	if err != nil || at == addr {
		t.Fatalf("with it: %v, %v", at, err)
	}
	defer cut()
	client, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	start := time.Now()
	echo(t, client, server)
	if took := time.Since(start); took < 60*time.Millisecond {
		t.Errorf("there and back in %v", took)
	}
}

// echo sends from client to server and back.
func echo(t *testing.T, client, server *net.UDPConn) {
	t.Helper()
	buf := make([]byte, 16)
	client.Write([]byte("hello"))
	server.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, from, err := server.ReadFromUDPAddrPort(buf)
	if err != nil || string(buf[:n]) != "hello" {
		t.Fatalf("the server got %q, %v", buf[:n], err)
	}
	server.WriteToUDPAddrPort(buf[:n], from)
	client.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n, err = client.Read(buf); err != nil || string(buf[:n]) != "hello" {
		t.Fatalf("the client got %q, %v", buf[:n], err)
	}
}

// The last datagram of a client arrives although its network is cut at once.
func TestSimulatedNetworkDeliversTheLastDatagram(t *testing.T) {
	server, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	at, cut, err := (&options{local: true, link: "rtt=60ms"}).throughSimnet(server.LocalAddr().(*net.UDPAddr).AddrPort())
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Write([]byte("last")); err != nil {
		t.Fatal(err)
	}
	cut()
	server.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	if n, _, err := server.ReadFromUDP(make([]byte, 16)); n != len("last") {
		t.Errorf("%d bytes arrived: %v", n, err)
	}
}

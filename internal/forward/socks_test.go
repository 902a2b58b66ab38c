package forward

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

var longName = strings.Repeat("n", maxSOCKSText)

// socksMessages are messages of SOCKS clients.
var socksMessages = []struct {
	name, messages string
	want           string // target; empty for an error
	answer         string
}{
	{"4", "\x04\x01\x00\x50\x01\x02\x03\x04user\x00", "[1.2.3.4]:80", ""},
	{"4 without a user", "\x04\x01\x01\x00\x7f\x00\x00\x01\x00", "[127.0.0.1]:256", ""},
	{"4a", "\x04\x01\x00\x50\x00\x00\x00\x01\x00host\x00", "[host]:80", ""},
	{"4a with the longest texts", "\x04\x01\x00\x50\x00\x00\x00\x01" + longName + "\x00" + longName + "\x00", "[" + longName + "]:80", ""},
	{"4 with a longer user", "\x04\x01\x00\x50\x01\x02\x03\x04" + longName + "n\x00", "", ""},
	{"4a with a longer name", "\x04\x01\x00\x50\x00\x00\x00\x01\x00" + longName + "n\x00", "", ""},
	{"4 of port 0", "\x04\x01\x00\x00\x01\x02\x03\x04\x00", "", ""},
	{"4 bind", "\x04\x02\x00\x50\x01\x02\x03\x04\x00", "", "\x00\x5b\x00\x00\x00\x00\x00\x00"},
	{"5 IPv4", "\x05\x01\x00\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50", "[1.2.3.4]:80", "\x05\x00"},
	{"5 IPv6", "\x05\x02\x02\x00\x05\x01\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x50", "[::1]:80", "\x05\x00"},
	{"5 name", "\x05\x01\x00\x05\x01\x00\x03\x04host\x00\x50", "[host]:80", "\x05\x00"},
	{"5 longest name", "\x05\x01\x00\x05\x01\x00\x03\xff" + longName + "\x00\x50", "[" + longName + "]:80", "\x05\x00"},
	{"5 empty name", "\x05\x01\x00\x05\x01\x00\x03\x00\x00\x50", "", "\x05\x00"},
	{"5 name with NUL", "\x05\x01\x00\x05\x01\x00\x03\x03a\x00b\x00\x50", "", "\x05\x00"},
	{"5 of port 0", "\x05\x01\x00\x05\x01\x00\x01\x01\x02\x03\x04\x00\x00", "", "\x05\x00"},
	{"5 with a password alone", "\x05\x01\x02", "", "\x05\xff"},
	{"5 bind", "\x05\x01\x00\x05\x02\x00\x01\x01\x02\x03\x04\x00\x50", "", "\x05\x00\x05\x07\x00\x01\x00\x00\x00\x00\x00\x00"},
	{"5 unknown address", "\x05\x01\x00\x05\x01\x00\x02\x01\x02\x03\x04\x00\x50", "", "\x05\x00\x05\x08\x00\x01\x00\x00\x00\x00\x00\x00"},
	{"5 then 4", "\x05\x01\x00\x04\x01\x00\x01\x01\x02\x03\x04\x00\x50", "", "\x05\x00"},
	{"HTTP", "GET / HTTP/1.1\r\n\r\n", "", ""},
}

func TestSOCKSRequest(t *testing.T) {
	for _, test := range socksMessages {
		t.Run(test.name, func(t *testing.T) {
			near, far := net.Pipe()
			answers := make(chan []byte, 1)
			go func() {
				for i := range len(test.messages) { // byte by byte
					near.Write([]byte{test.messages[i]})
				}
				near.Write([]byte("rest"))
			}()
			go func() {
				b, _ := io.ReadAll(near)
				answers <- b
			}()
			q, rest, err := readSOCKS(far)
			far.Close()
			got := ""
			if err == nil {
				got = q.to.String()
			}
			if got != test.want || len(rest) != 0 {
				t.Errorf("target %q, rest %q, %v, want %q", got, rest, err, test.want)
			}
			if got := await(t, "answer", answers); string(got) != test.answer {
				t.Errorf("answer %q, want %q", got, test.answer)
			}
		})
	}
}

func FuzzSOCKS(f *testing.F) {
	f.Add([]byte("\x04\x01\x00\x50\x01\x02\x03\x04user\x00"))
	f.Add([]byte("\x05\x01\x00\x05\x01\x00\x03\x04host\x00\x50"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var q socksRequest
		for room := maxSOCKS; ; {
			n, _, done, err := q.parse(data)
			if n > len(data) || errors.Is(err, errShort) && len(data) >= room {
				t.Fatalf("%d of %d bytes, %v", n, len(data), err)
			}
			if done && (q.to.Port == 0 || q.to.Host == "") {
				t.Fatalf("target %v", q.to)
			}
			if done || err != nil {
				return
			}
			data, room = data[n:], room-n
		}
	})
}

// dynamic begins a dynamic forward and returns the address of its listener.
func (r *rig) dynamic() string {
	r.Helper()
	spec := Spec{Kind: Dynamic, Listen: Address{Host: "127.0.0.1", Port: freePort(r.T)}, HasBind: true}
	r.client.in(func() {
		if _, err := r.client.mux.ListenLocal(spec); err != nil {
			r.Error(err)
		}
	})
	return spec.Listen.netAddress()
}

// request4 is a SOCKS 4a request; request5 is the messages of SOCKS 5 for a name.
func request4(to Address) string {
	return "\x04\x01" + portBytes(to) + "\x00\x00\x00\x01me\x00" + to.Host + "\x00"
}

func request5(to Address) string {
	return "\x05\x01\x00\x05\x01\x00\x03" + string(byte(len(to.Host))) + to.Host + portBytes(to)
}

func portBytes(a Address) string { return string([]byte{byte(a.Port >> 8), byte(a.Port)}) }

const (
	granted4 = "\x00\x5a\x00\x00\x00\x00\x00\x00"
	granted5 = "\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
)

func TestDynamicForward(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	proxy := r.dynamic()
	dead := Address{Host: "127.0.0.1", Port: freePort(t)}
	for _, test := range []struct{ name, request, want string }{
		{"4a", request4(to), granted4},
		{"5", request5(to), granted5},
		{"4a refused", request4(dead), "\x00\x5b\x00\x00\x00\x00\x00\x00"},
		{"5 refused", request5(dead), "\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"},
		{"HTTP", "GET / HTTP/1.0\r\n\r\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := r.dial("tcp", proxy)
			conn.Write([]byte(test.request + "early"))
			conn.(*net.TCPConn).CloseWrite()
			got, err := io.ReadAll(conn)
			want := test.want
			if strings.HasPrefix(want, granted4) || want == granted5 {
				want += "early"
			}
			if string(got) != want || want != "" && err != nil {
				t.Errorf("read %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestSOCKSRequestTimeout(t *testing.T) {
	r := newRig(t, Config{RequestTimeout: time.Millisecond}, Config{})
	conn := r.dial("tcp", r.dynamic())
	conn.Write([]byte{5, 1}) // the rest does not come
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("read: %v, want the end", err)
	}
	r.client.until(t, "free place", func() bool { return r.client.mux.requests == 0 })
}

func TestSOCKSRequestsAreBounded(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	r.client.in(func() { r.client.mux.requests = maxRequests })
	expectReset(t, r.dynamic())
}

func TestRemoteSOCKSForward(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	other, notPermitted := listen(t)
	go echo(other)
	dead := Address{Host: "127.0.0.1", Port: freePort(t)}
	r := newRig(t, Config{PermitRemoteOpen: Permits{to.String(), dead.String()}}, Config{})
	f := r.remote(Spec{Kind: Remote})
	for _, test := range []struct{ name, request, want string }{
		{"4a", request4(to), granted4 + "early"},
		{"5", request5(to), granted5 + "early"},
		{"refused", request5(dead), "\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"},
		{"bind", "\x05\x01\x00\x05\x02\x00\x01\x01\x02\x03\x04\x00\x50", "\x05\x00\x05\x07\x00\x01\x00\x00\x00\x00\x00\x00"},
		{"not permitted", request5(notPermitted), "\x05\x00\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := r.dial("tcp", Address{Host: "127.0.0.1", Port: f.Port}.netAddress())
			conn.Write([]byte(test.request + "early"))
			conn.(*net.TCPConn).CloseWrite()
			if got, err := io.ReadAll(conn); string(got) != test.want || err != nil {
				t.Errorf("read %q, %v, want %q", got, err, test.want)
			}
		})
	}
	r.client.until(t, "end of the connections", func() bool { return len(r.client.mux.relays) == 0 })
}

func TestRemoteSOCKSRequestIsBounded(t *testing.T) {
	for _, test := range []struct {
		name    string
		request []byte
		timeout time.Duration
	}{
		{"too long", []byte("\x04\x01\x00\x50\x01\x02\x03\x04" + longName + longName), 0},
		{"too late", []byte{5}, time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, Config{RequestTimeout: test.timeout}, Config{})
			f := r.remote(Spec{Kind: Remote})
			expectReset(t, Address{Host: "127.0.0.1", Port: f.Port}.netAddress(), test.request...)
			r.client.until(t, "end", func() bool { return len(r.client.mux.relays) == 0 })
		})
	}
}

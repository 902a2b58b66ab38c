package forward

import (
	"net"
	"testing"
)

func TestCommand(t *testing.T) {
	_, busy := listen(t)
	r := newRig(t, Config{}, Config{})
	free := "127.0.0.1:" + portText(freePort(t))
	for _, test := range []struct{ line, want string }{
		{"", ""},
		{" - ", ""},
		{"-h", commandHelp},
		{"?", commandHelp},
		{"-x", "Invalid command."},
		{"-K", "Invalid command."},
		{"!ls", "Invalid command."},
		{"-L" + free + ":h:80", "Forwarding port."},
		{"-KL" + free, "Canceled forwarding."},
		{"-KL" + free, "Unknown port forwarding."},
		{" L " + free + ":h:80 ", "Forwarding port."},
		{"-KD" + free, "Unknown port forwarding."},
		{"-KR" + free, "Unknown port forwarding."},
		{"-KL " + free, "Canceled forwarding."},
		{"-D" + free, "Forwarding port."},
		{"-KD" + free, "Canceled forwarding."},
		{"-R0:h:80", "Forwarding port."},
		{"-L x", "Bad local forwarding specification."},
		{"-D x", "Bad local forwarding specification."},
		{"-R x", "Bad remote forwarding specification."},
		{"-KL 80:h:80", "Bad forwarding close specification."},
		{"-L127.0.0.1:" + portText(busy.Port) + ":h:80", "Port forwarding failed."},
	} {
		t.Run(test.line, func(t *testing.T) {
			var got string
			r.client.in(func() { got = r.client.mux.Command(test.line) })
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	if conn, err := net.Dial("tcp", free); err == nil {
		conn.Close()
		t.Error("something still listens")
	}
}

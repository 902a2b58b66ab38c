package wire

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

const ms = time.Millisecond

// epoch is the time at which tests begin.
var epoch = time.Unix(1_000_000_000, 0)

// at returns the time ms milliseconds after epoch.
func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

func newConn(t testing.TB, d datagram.Direction) *datagram.Conn {
	t.Helper()
	c, err := datagram.New(datagram.Key{1}, d, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lossAfter returns the estimate of an end that misses a datagram before each of
// the given number of datagrams: after one it repeats once, after ten twice.
func lossAfter(t testing.TB, gaps int) datagram.Loss {
	t.Helper()
	const unconfirmed = 3 // a datagram that is missing may have been overtaken by so many
	client, server := newConn(t, datagram.ToServer), newConn(t, datagram.ToClient)
	for n := range gaps + unconfirmed {
		if n < gaps {
			client.Seal(epoch, datagram.Path{}, fragment{}.append(nil))
		}
		d, err := client.Seal(epoch, datagram.Path{}, fragment{}.append(nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Open(epoch, d, datagram.Path{}, false); err != nil {
			t.Fatal(err)
		}
	}
	return *server.Loss()
}

package client

import (
	"fmt"
	"testing"
	"time"

	serversession "gm/server/session"
	"gm/wire/simnet"
)

// The server knows that its client has the end of the program, whatever the network loses:
// it does not keep the ended session for another client.
func TestEndIsNotKept(t *testing.T) {
	for _, network := range []string{"delay=50ms,loss=8%", "delay=50ms,loss=30%", "delay=2ms,loss=20%"} {
		for seed := range uint64(15) {
			o := newOfficeWith(t, serversession.Config{Timeouts: serversession.Timeouts{KeepEnded: 24 * time.Hour}})
			d := o.join(visit{network: network, cols: 80, rows: 24})
			link, err := simnet.Parse(network)
			if err != nil {
				t.Fatal(err)
			}
			d.up, d.down = simnet.NewLink(link, 2*seed, o.now), simnet.NewLink(link, 2*seed+1, o.now)
			d.waitShown(shellPrompt)
			o.run(time.Duration(seed) * 7 * time.Millisecond)
			d.types("exit 3\r")
			ended := d.waitEnd()
			o.run(time.Minute)
			if !o.server.Finished() {
				t.Errorf("%s, seed %d: the server keeps the session; the client: %s, %v", network, seed, ended, fmt.Sprint(o.server.Report(o.now)))
			}
		}
	}
}

//go:build e2e

package e2e

import (
	"path/filepath"
	"testing"

	"gm/e2e/harness"
)

// links are the networks that every pair must live with.
var links = []struct{ name, config string }{
	{"clean", ""},
	{"lossy", "rtt=100ms,loss=20%"},
	{"wild", "rtt=60ms,loss=30%,jitter=20ms,reorder=25%,dup=5%"},
}

func TestPairs(t *testing.T) {
	ours, linked, stock := harness.Ours(racing), harness.Linked(filepath.Dir(racing)), harness.Stock()
	for _, pair := range []struct{ client, server harness.Programs }{
		{ours, ours}, {ours, stock}, {stock, ours}, {stock, stock}, {linked, linked},
	} {
		for _, link := range links {
			t.Run(pair.client.Name+" to "+pair.server.Name+" "+link.name, func(t *testing.T) {
				t.Parallel()
				s := harness.Start(t, harness.SessionOptions{Client: pair.client, Server: pair.server, Link: link.config})
				useAll(t, s)
			})
		}
	}
}

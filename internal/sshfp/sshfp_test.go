package sshfp_test

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"gm/internal/sshfp"
	"gm/internal/sshfp/sshfptest"
)

func TestLookup(t *testing.T) {
	s := sshfptest.Start(t, "127.0.0.1:0")
	record := sshfp.Record{Algorithm: 4, Hash: 2, Fingerprint: []byte(strings.Repeat("x", 32))}
	for name, c := range map[string]struct {
		answer  sshfptest.Answer
		trusted bool
		count   int
		secure  bool
		err     string
		queries int
	}{
		"one":             {answer: sshfptest.Answer{Records: []sshfp.Record{record}}, count: 1, queries: 1},
		"validated":       {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Validated: true}, trusted: true, count: 1, secure: true, queries: 1},
		"not trusted":     {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Validated: true}, count: 1, queries: 1},
		"not validated":   {answer: sshfptest.Answer{Records: []sshfp.Record{record}}, trusted: true, count: 1, queries: 1},
		"alias":           {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Alias: "real.example.org."}, count: 1, queries: 1},
		"none":            {queries: 1},
		"no such name":    {answer: sshfptest.Answer{RCode: dnsmessage.RCodeNameError}, queries: 1},
		"refused":         {answer: sshfptest.Answer{RCode: dnsmessage.RCodeRefused}, err: "Refused", queries: 2},
		"by TCP":          {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Truncated: true}, count: 1, queries: 2},
		"too many":        {answer: sshfptest.Answer{Records: manyRecords(1000), Truncated: true}, count: sshfp.MaxRecords, queries: 2},
		"junk before":     {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Junk: []byte("junk")}, count: 1, queries: 1},
		"old answer":      {answer: sshfptest.Answer{Records: []sshfp.Record{record}, Junk: []byte("\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00")}, count: 1, queries: 1},
		"damaged records": {answer: sshfptest.Answer{Raw: [][]byte{{}, {4}, {4, 2}, {4, 2, 1}}}, count: 1, queries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s.Set(c.answer)
			records, secure, err := sshfp.LookupAt(t.Context(), s.Addr, c.trusted, "Host.example.org")
			if len(records) != c.count || secure != c.secure || (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%d records, secure %v, %v", len(records), secure, err)
			}
			if got := s.Queries(); len(got) != c.queries || got[0].Name.String() != "Host.example.org." {
				t.Errorf("asked %v", got)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := sshfp.LookupAt(ctx, s.Addr, false, "host.example.org"); err == nil {
		t.Error("no error")
	}
	if _, _, err := sshfp.LookupAt(t.Context(), s.Addr, false, strings.Repeat("x", 300)); err == nil {
		t.Error("no error")
	}
}

func manyRecords(n int) (records []sshfp.Record) {
	for i := range n {
		records = append(records, sshfp.Record{Algorithm: 4, Hash: 2, Fingerprint: []byte{byte(i), byte(i >> 8)}})
	}
	return records
}

func TestParseConfig(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "127.0.0.1:53 false",
		"# x\nnameserver 192.0.2.1\n":  "192.0.2.1:53 false",
		"nameserver ::1\nnameserver\n": "[::1]:53 false",
		"nameserver 192.0.2.1\nnameserver 192.0.2.2\noptions edns0 trust-ad\nnameserver 192.0.2.3\nnameserver 192.0.2.4": "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53 true",
		"options trust-adx\n;options trust-ad": "127.0.0.1:53 false",
	} {
		if got := sshfp.ParseConfig(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("\x00\x00\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x01h\x00\x00\x2c\x00\x01\x01h\x00\x00\x2c\x00\x01\x00\x00\x00\x00\x00\x03\x04\x02x"))
	f.Fuzz(func(t *testing.T, message []byte) {
		if n := sshfp.ParseAnswer(message); n > sshfp.MaxRecords {
			t.Errorf("%d records", n)
		}
	})
}

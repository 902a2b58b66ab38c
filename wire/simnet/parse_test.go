package simnet

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Config
	}{
		{"", Config{}},
		{"rtt=500ms,loss=30%", Config{Delay: 250 * time.Millisecond, Loss: 0.3}},
		{"delay=1s,jitter=20ms", Config{Delay: time.Second, Jitter: 20 * time.Millisecond}},
		{"loss=0.25,dup=1%,reorder=100%", Config{Loss: 0.25, Duplicate: 0.01, Reorder: 1}},
		{"rate=256k,queue=1s", Config{Rate: 256_000, QueueTime: time.Second}},
		{"rate=1G,queue=64k", Config{Rate: 1e9, QueueBytes: 64_000}},
		{"rate=3M,queue=1500", Config{Rate: 3e6, QueueBytes: 1500}},
		{"queue=64k,queue=2s", Config{QueueTime: 2 * time.Second}},
		{"outage=10s+5s,outage=1m+1s", Config{Outages: []Outage{{10 * time.Second, 5 * time.Second}, {time.Minute, time.Second}}}},
	} {
		got, err := Parse(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for in, want := range map[string]string{
		"loss":                           `"loss" is not of the form name=value`,
		"loss=30%,":                      `"" is not of the form name=value`,
		"speed=1":                        "unknown name; known are rtt",
		"loss=130%":                      "loss of 130% is not within",
		"loss=-1%":                       "loss of -1% is not within",
		"dup=NaN":                        "dup of NaN% is not within",
		"reorder=x":                      "reorder=x: ",
		"rtt=500":                        "missing unit",
		"rtt=-1s":                        "is not within 0..1h0m0s",
		"jitter=2h":                      "jitter of 2h0m0s is not within",
		"rate=256x":                      "rate=256x: ",
		"rate=1kk":                       `unknown unit "kk"`,
		"rate=k":                         "invalid syntax",
		"rate=9223372036854775807G":      "more than 1000000000000",
		"rate=-1":                        "rate or queue is negative",
		"queue=lots":                     "queue=lots: ",
		"outage=10s":                     "want START+LENGTH",
		"outage=10s+x":                   "outage=10s+x: ",
		"outage=-1s+1s":                  "negative",
		"rtt=1ms,rtt=99999999999999999h": "rtt=99999999999999999h: ",
	} {
		c, err := Parse(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %+v, %v; want an error with %q", in, c, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("rtt=500ms,loss=30%,jitter=20ms,rate=256k,queue=1s,dup=1%,reorder=25%,outage=10s+5s")
	f.Add("queue=64k,rate=1")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		start := time.Unix(0, 0)
		l := NewLink(c, 1, start)
		for i := range 8 {
			l.Send(start.Add(time.Duration(i)*time.Second), make([]byte, 100*i))
		}
		for !l.Deadline().IsZero() {
			if at := l.Deadline(); at.Before(start) || l.Receive(at) == nil {
				t.Fatalf("%q: nothing to receive at the deadline %v", s, at)
			}
		}
	})
}

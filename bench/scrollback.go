//go:build linux

package main

import (
	"fmt"
	"strconv"
	"time"

	"gm/wire/simnet"
)

// scrolling is the result of a contestant's runs in which a program writes numbered lines,
// each in a session of its own.
type scrolling struct {
	contestant
	Kind  string    // of playLines
	Lines int       // that the program writes
	Share []float64 // of the lines that are in the terminal once and in order at the end
	Down  []float64 // bytes of IP packets from the host
	Last  []float64 // ms from the command to the last line
	All   []float64 // ms to all lines, of the runs in which they came
}

// interrupting is the result of a contestant's runs in which Ctrl-C ends a flood.
type interrupting struct {
	contestant
	Took []float64 // round trips from Ctrl-C to the prompt
}

// scrolledOver is the results of all contestants over one link.
type scrolledOver struct {
	Link       string
	Scrolls    []scrolling
	Interrupts []interrupting // nil but for a link with a limited rate
}

var scrollContestants = []contestant{{Program: "gm", Scrollback: wideScrollback}, {Program: "mosh"}, {Program: "ssh"}}

// silence is how long a terminal must not change before lines count as lost.
const silence = 5 * time.Second

// scrollback measures each session alone, because they would share the rate of the link.
func (b *bench) scrollback() (results []scrolledOver, err error) {
	for _, link := range b.scrollLinks {
		config, err := simnet.Parse(link)
		if err != nil {
			return nil, err
		}
		r := scrolledOver{Link: link}
		for _, c := range scrollContestants {
			if err := b.scrollOver(&r, config, c); err != nil {
				return nil, fmt.Errorf("%s over %s: %w", c.Program, link, err)
			}
		}
		results = append(results, r)
	}
	return results, nil
}

// scrollOver adds the results of a contestant to r.
func (b *bench) scrollOver(r *scrolledOver, config simnet.Config, c contestant) error {
	numbers := scrolling{contestant: c, Kind: numberLines, Lines: b.numberLines}
	build := scrolling{contestant: c, Kind: buildLines, Lines: b.buildLines}
	stop := interrupting{contestant: c}
	for i := range b.scrolls {
		seed := uint64(i + 1)
		if err := b.scrollOnce(config, seed, &numbers, &build); err != nil {
			return err
		}
		if config.Rate == 0 {
			continue
		}
		took, err := b.interrupt(config, seed, c)
		if err != nil {
			return err
		}
		stop.Took = append(stop.Took, float64(took)/float64(2*config.Delay))
	}
	r.Scrolls = append(r.Scrolls, numbers, build)
	if config.Rate > 0 {
		r.Interrupts = append(r.Interrupts, stop)
	}
	return nil
}

// scrollOnce adds one run to each result.
func (b *bench) scrollOnce(config simnet.Config, seed uint64, results ...*scrolling) error {
	defer b.reap()
	g, err := b.newFarTestbed(config, seed)
	if err != nil {
		return err
	}
	defer g.close()
	var players []*player
	for _, r := range results {
		p, err := g.open(r.contestant, 80, 24, b.self, playerWord, "lines", r.Kind, strconv.Itoa(r.Lines))
		if err != nil {
			return err
		}
		defer p.close()
		if _, err := p.awaitText(readyText); err != nil {
			return err
		}
		players = append(players, p)
	}
	if err := g.degrade(); err != nil {
		return err
	}
	for i, r := range results {
		if err := r.run(players[i]); err != nil {
			return fmt.Errorf("%s: %w", r.Kind, err)
		}
		players[i].close()
	}
	return nil
}

// newFarTestbed returns a lab with the delay of config, which degrade sets as a whole: a
// program that has measured another delay before takes it for a queue.
func (b *bench) newFarTestbed(config simnet.Config, seed uint64) (*labTestbed, error) {
	s, err := b.newSite(false)
	if err != nil {
		return nil, err
	}
	return &labTestbed{s, config, seed, firstPort}, s.lab.Set(simnet.Config{Delay: config.Delay}, seed)
}

// run lets the program of a session write its lines and adds the outcome to r.
func (r *scrolling) run(p *player) error {
	t, before, begin := newTranscript(r.Lines), p.traffic(), time.Now()
	p.observe(t.look)
	defer p.observe(nil)
	if err := p.typeKeys(" "); err != nil {
		return err
	}
	if err := t.await(p.terminal); err != nil {
		return err
	}
	time.Sleep(rest)
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Share = append(r.Share, t.share())
	r.Down = append(r.Down, float64(p.traffic().Minus(before).Down.Bytes))
	r.Last = append(r.Last, milliseconds(t.last.Sub(begin)))
	if !t.all.IsZero() {
		r.All = append(r.All, milliseconds(t.all.Sub(begin)))
	}
	return nil
}

// await waits until all lines are there, or the last one and no other follows.
func (t *transcript) await(x *terminal) error {
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	limit := time.NewTimer(scrollTimeout)
	defer limit.Stop()
	for {
		select {
		case <-t.changed:
			quiet.Reset(silence)
		case <-quiet.C:
			if t.hasLast() {
				return nil
			}
		case <-x.ended:
			return fmt.Errorf("%q has ended; the screen is\n%s", x.cmd.Args, x.text())
		case <-limit.C:
			return fmt.Errorf("%q: no last line within %v; the screen is\n%s", x.cmd.Args, scrollTimeout, x.text())
		}
		if t.hasAll() {
			return nil
		}
	}
}

// scrollTimeout bounds the wait for the last line.
const scrollTimeout = 5 * time.Minute

func (t *transcript) hasLast() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.last.IsZero()
}

func (t *transcript) hasAll() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.all.IsZero()
}

// interrupt returns the time from Ctrl-C in "yes" to the prompt.
func (b *bench) interrupt(config simnet.Config, seed uint64, c contestant) (time.Duration, error) {
	defer b.reap()
	g, err := b.newFarTestbed(config, seed)
	if err != nil {
		return 0, err
	}
	defer g.close()
	p, err := g.open(c, 80, 24, "sh")
	if err != nil {
		return 0, err
	}
	defer p.close()
	if _, err := p.awaitPrompt(); err != nil {
		return 0, err
	}
	if err := g.degrade(); err != nil {
		return 0, err
	}
	if err := p.typeKeys("yes\r"); err != nil {
		return 0, err
	}
	if _, err := p.awaitText("y\ny\ny\ny"); err != nil {
		return 0, err
	}
	time.Sleep(b.floodFor)
	begin := time.Now()
	if err := p.typeKeys("\x03"); err != nil {
		return 0, err
	}
	at, err := p.awaitWithin(scrollTimeout, "prompt", showsPrompt)
	return at.Sub(begin), err
}

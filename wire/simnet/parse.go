package simnet

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse parses the description of a network, which applies to each direction.
// The words are separated by commas:
//
//	rtt=500ms      half of it each way
//	delay=250ms    each way
//	jitter=20ms    maximum of a random addition each way
//	loss=30%       lost each way; also 0.3
//	dup=1%         arrive twice
//	reorder=25%    are overtaken by later ones
//	rate=256k      bits per second each way; k, M and G are powers of 1000
//	queue=1s       maximum wait for rate; or queue=64k, in bytes
//	outage=10s+5s  all lost from 10 s on for 5 s; may be repeated
//
// The empty string is a perfect network.
func Parse(s string) (Config, error) {
	var c Config
	if s == "" {
		return c, nil
	}
	for word := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return Config{}, fmt.Errorf("%q is not of the form name=value", word)
		}
		if err := c.set(name, value); err != nil {
			return Config{}, fmt.Errorf("%s=%s: %w", name, value, err)
		}
	}
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) set(name, value string) (err error) {
	switch name {
	case "rtt":
		c.Delay, err = time.ParseDuration(value)
		c.Delay /= 2
	case "delay":
		c.Delay, err = time.ParseDuration(value)
	case "jitter":
		c.Jitter, err = time.ParseDuration(value)
	case "loss":
		c.Loss, err = parseShare(value)
	case "dup":
		c.Duplicate, err = parseShare(value)
	case "reorder":
		c.Reorder, err = parseShare(value)
	case "rate":
		c.Rate, err = parseCount(value)
	case "queue":
		err = c.setQueue(value)
	case "outage":
		err = c.addOutage(value)
	default:
		err = errors.New("unknown name; known are rtt, delay, jitter, loss, dup, reorder, rate, queue, outage")
	}
	return err
}

func (c *Config) setQueue(value string) (err error) {
	c.QueueTime, c.QueueBytes = 0, 0
	if c.QueueTime, err = time.ParseDuration(value); err == nil {
		return nil
	}
	c.QueueBytes, err = parseCount(value)
	return err
}

func (c *Config) addOutage(value string) (err error) {
	after, length, ok := strings.Cut(value, "+")
	if !ok {
		return errors.New("want START+LENGTH")
	}
	var o Outage
	if o.After, err = time.ParseDuration(after); err != nil {
		return err
	}
	if o.For, err = time.ParseDuration(length); err != nil {
		return err
	}
	c.Outages = append(c.Outages, o)
	return nil
}

func parseShare(s string) (float64, error) {
	number, percent := strings.CutSuffix(s, "%")
	p, err := strconv.ParseFloat(number, 64)
	if percent {
		p /= 100
	}
	return p, err
}

// parseCount parses a whole number with an optional k, M or G after it. The
// maximum is maxCount.
func parseCount(s string) (int64, error) {
	digits := strings.TrimRight(s, "kMG")
	units := []string{"", "k", "M", "G"}
	power := slices.Index(units, s[len(digits):])
	if power < 0 {
		return 0, fmt.Errorf("unknown unit %q", s[len(digits):])
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, err
	}
	for range power {
		if n > maxCount {
			break
		}
		n *= 1000
	}
	if n > maxCount {
		return 0, fmt.Errorf("more than %d", maxCount)
	}
	return n, nil
}

// maxCount is the maximum of rates and queues. A terabit per second exceeds any
// terminal.
const maxCount int64 = 1_000_000_000_000

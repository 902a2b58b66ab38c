//go:build linux

package main

import (
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"gm/bench/netlab"
	"gm/wire/simnet"
)

// uploadedOver is the results of all streamers that type beside an upload over one link.
type uploadedOver struct {
	Link    string
	Uploads []uploading
}

// uploading is the result of typing beside an upload through the same session.
type uploading struct {
	streamer
	Took   []float64 // ms from a key to its echo
	Rate   float64   // of the upload, in MB/s
	Failed string    `json:",omitempty"`
}

// forwardedPort is the port of the near host that is forwarded to the sink.
const forwardedPort = 7001

// uploads measures each streamer alone, because they would share the rate of the link.
func (b *bench) uploads() (r uploadedOver, err error) {
	config, err := simnet.Parse(b.uploadLink)
	if err != nil {
		return r, err
	}
	r.Link = b.uploadLink
	for _, c := range streamers {
		u := uploading{streamer: c}
		if err := b.uploadOver(config, &u); err != nil {
			u.Failed = err.Error()
		}
		r.Uploads = append(r.Uploads, u)
	}
	return r, nil
}

func (b *bench) uploadOver(config simnet.Config, u *uploading) error {
	s, err := b.newStreamSite(false)
	if err != nil {
		return err
	}
	defer s.close()
	defer s.endConnections()
	if err := s.lab.Set(config, 1); err != nil {
		return err
	}
	k, err := s.newService(drain)
	if err != nil {
		return err
	}
	defer k.listener.Close()
	x, err := b.open(s.near(), typistCols, typistRows, s.forwardCommand(u.streamer, k.port()))
	if err != nil {
		return err
	}
	defer x.close()
	if _, err := x.awaitText("ready"); err != nil {
		return err
	}
	stop, err := s.startUpload()
	if err != nil {
		return err
	}
	defer stop()
	time.Sleep(b.uploadLead)
	u.typeBeside(x, k, b.uploadKeys)
	if u.Rate == 0 {
		return fmt.Errorf("the upload stands still; the screen is\n%s", x.text())
	}
	return nil
}

// forwardCommand returns the command line of a session with a forwarded port. Its program
// only reads; the host's terminal echoes.
func (s *site) forwardCommand(c streamer, port int) []string {
	forward := fmt.Sprintf("%d:127.0.0.1:%d", forwardedPort, port)
	const program = "stty -icanon; printf ready; exec cat >/dev/null"
	if c.Program == "gm" {
		return s.commandLine("gm", []string{"--predict=never", "-L", forward}, "sh", "-c", program)
	}
	argv := append([]string{"ssh", "-F", s.config, "-t", "-L", forward}, s.proxyOptions(c.Congestion)...)
	return append(argv, "bench", program)
}

func (u *uploading) typeBeside(x *terminal, k *service, keys int) {
	y := &typist{
		player: &player{terminal: x, traffic: func() netlab.Flow { return netlab.Flow{} }},
		start:  x.cursor(), keys: keys,
	}
	begin, before := time.Now(), k.bytes.Load()
	y.typeKeys()
	u.Took = y.result.Took
	u.Rate = float64(k.bytes.Load()-before) / 1e6 / time.Since(begin).Seconds()
}

// service is a TCP service of the far host.
type service struct {
	listener net.Listener
	bytes    atomic.Int64 // that serve has moved
	serve    func(*service, net.Conn)
}

func (s *site) newService(serve func(*service, net.Conn)) (*service, error) {
	k := &service{serve: serve}
	err := s.far(func() (err error) {
		k.listener, err = net.Listen("tcp4", "127.0.0.1:0")
		return err
	})
	if err != nil {
		return nil, err
	}
	go k.accept()
	return k, nil
}

func (k *service) port() int { return k.listener.Addr().(*net.TCPAddr).Port }

func (k *service) accept() {
	for {
		conn, err := k.listener.Accept()
		if err != nil {
			return // closed
		}
		go func() {
			defer conn.Close()
			k.serve(k, conn)
		}()
	}
}

// drain discards all that it receives.
func drain(k *service, conn net.Conn) {
	for buf := make([]byte, 64<<10); ; {
		n, err := conn.Read(buf)
		if k.bytes.Add(int64(n)); err != nil {
			return
		}
	}
}

// pour sends without end.
func pour(k *service, conn net.Conn) {
	for buf := make([]byte, 64<<10); ; {
		n, err := conn.Write(buf)
		if k.bytes.Add(int64(n)); err != nil {
			return
		}
	}
}

// dialForward connects to the forwarded port.
func (s *site) dialForward() (conn net.Conn, err error) {
	err = s.near().Do(func() (err error) {
		conn, err = net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(forwardedPort))
		return err
	})
	return conn, err
}

// startUpload writes to the forwarded port until stop.
func (s *site) startUpload() (stop func(), err error) {
	conn, err := s.dialForward()
	if err != nil {
		return nil, err
	}
	go pour(new(service), conn)
	return func() { conn.Close() }, nil
}

// startDownload reads from the forwarded port until stop. received returns the bytes so far.
func (s *site) startDownload() (stop func(), received func() int64, err error) {
	conn, err := s.dialForward()
	if err != nil {
		return nil, nil, err
	}
	k := new(service)
	go drain(k, conn)
	return func() { conn.Close() }, k.bytes.Load, nil
}

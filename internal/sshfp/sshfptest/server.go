// Package sshfptest runs a name server with the fingerprints of hosts, for tests.
package sshfptest

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"gm/internal/sshfp"
)

const typeSSHFP = dnsmessage.Type(44)

// Answer is the server's answer for all names below example.org, whose address is
// 127.0.0.1.
type Answer struct {
	Records []sshfp.Record
	// Raw are further records of the same type.
	Raw [][]byte
	// Validated sets the bit that claims validation by DNSSEC.
	Validated bool
	// Alias answers with an alias, whose records are these.
	Alias string
	// Truncated makes the client ask again over TCP.
	Truncated bool
	RCode     dnsmessage.RCode
	// Junk is sent before the answer over UDP.
	Junk []byte
}

// Server is a running name server.
type Server struct {
	Addr string
	t    testing.TB

	mu      sync.Mutex
	answer  Answer
	queries []dnsmessage.Question
}

// Start runs a server until the test ends. addr is an address as of net.Listen;
// "127.0.0.1:0" lets the system choose the port.
func Start(t testing.TB, addr string) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenPacket("udp", listener.Addr().String())
	if err != nil {
		listener.Close()
		t.Fatal(err)
	}
	s := &Server{Addr: listener.Addr().String(), t: t}
	var done sync.WaitGroup
	done.Go(func() { s.serveUDP(conn) })
	done.Go(func() { s.serveTCP(listener) })
	t.Cleanup(func() {
		conn.Close()
		listener.Close()
		done.Wait()
	})
	return s
}

// Set sets the answer to subsequent queries.
func (s *Server) Set(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.queries = a, nil
}

// Queries returns the queries for fingerprints since the last Set.
func (s *Server) Queries() []dnsmessage.Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queries
}

func (s *Server) serveUDP(conn net.PacketConn) {
	buffer := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		junk, answer := s.reply(buffer[:n], false)
		if junk != nil {
			conn.WriteTo(junk, from)
		}
		if answer != nil {
			conn.WriteTo(answer, from)
		}
	}
}

func (s *Server) serveTCP(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err == nil {
			query := make([]byte, binary.BigEndian.Uint16(length[:]))
			if _, err := io.ReadFull(conn, query); err == nil {
				_, answer := s.reply(query, true)
				conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
			}
		}
		conn.Close()
	}
}

// reply returns the response to a query, or nil for a message that is not a query.
func (s *Server) reply(query []byte, tcp bool) (junk, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p dnsmessage.Parser
	header, err1 := p.Start(query)
	question, err2 := p.Question()
	if err1 != nil || err2 != nil {
		return nil, nil
	}
	a := s.answer
	reply := dnsmessage.Header{ID: header.ID, Response: true, RecursionDesired: true, RecursionAvailable: true}
	if question.Type != typeSSHFP {
		return nil, s.build(reply, question, func(b *dnsmessage.Builder) error { return addresses(b, question) })
	}
	s.queries = append(s.queries, question)
	reply.AuthenticData, reply.RCode, reply.Truncated = a.Validated, a.RCode, a.Truncated && !tcp
	if reply.Truncated {
		return a.Junk, s.build(reply, question, func(*dnsmessage.Builder) error { return nil })
	}
	return a.Junk, s.build(reply, question, func(b *dnsmessage.Builder) error { return a.fingerprints(b, question.Name) })
}

func (s *Server) build(header dnsmessage.Header, question dnsmessage.Question, answers func(*dnsmessage.Builder) error) []byte {
	b := dnsmessage.NewBuilder(nil, header)
	for _, step := range []func() error{
		b.StartQuestions, func() error { return b.Question(question) }, b.StartAnswers, func() error { return answers(&b) },
	} {
		if err := step(); err != nil {
			s.t.Errorf("name server: %v", err)
		}
	}
	message, err := b.Finish()
	if err != nil {
		s.t.Errorf("name server: %v", err)
	}
	return message
}

func addresses(b *dnsmessage.Builder, question dnsmessage.Question) error {
	if question.Type != dnsmessage.TypeA {
		return nil
	}
	header := dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET}
	return b.AResource(header, dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}})
}

func (a Answer) fingerprints(b *dnsmessage.Builder, name dnsmessage.Name) error {
	if a.Alias != "" {
		alias := dnsmessage.MustNewName(a.Alias)
		header := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}
		if err := b.CNAMEResource(header, dnsmessage.CNAMEResource{CNAME: alias}); err != nil {
			return err
		}
		name = alias
	}
	contents := a.Raw
	for _, r := range a.Records {
		contents = append(contents, append([]byte{r.Algorithm, r.Hash}, r.Fingerprint...))
	}
	for _, data := range contents {
		header := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, Type: typeSSHFP}
		if err := b.UnknownResource(header, dnsmessage.UnknownResource{Type: typeSSHFP, Data: data}); err != nil {
			return err
		}
	}
	return nil
}

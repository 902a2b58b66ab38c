// Package sshfp asks DNS for the fingerprints of a host's keys (RFC 4255).
package sshfp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Record is an SSHFP resource record.
type Record struct {
	Algorithm   byte // of the key
	Hash        byte // of the fingerprint
	Fingerprint []byte
}

const (
	typeSSHFP = dnsmessage.Type(44)
	// maxRecords bounds the number of records read from one answer.
	maxRecords = 64
	// maxUDP is the advertised size of an answer over UDP, in bytes.
	maxUDP = 1232
	// attempts and attemptTimeout are the C library's defaults for each server.
	attempts       = 2
	attemptTimeout = 5 * time.Second
	// lookupTimeout bounds a lookup.
	lookupTimeout = 15 * time.Second
)

// Lookup returns the records of a host, none if it has none. secure reports whether
// DNSSEC validated them: the server must report that, and resolv.conf(5) must have the
// option trust-ad for the server and the way to it.
func Lookup(ctx context.Context, host string) (records []Record, secure bool, err error) {
	config, err := readConfig("/etc/resolv.conf")
	if err != nil {
		return nil, false, err
	}
	return config.lookup(ctx, host)
}

func (c config) lookup(ctx context.Context, host string) (records []Record, secure bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	q, err := newQuery(host)
	if err != nil {
		return nil, false, err
	}
	for range attempts {
		for _, server := range c.servers {
			var validated bool
			if records, validated, err = q.ask(ctx, server); err == nil {
				return records, validated && c.trustAD, nil
			}
			if ctx.Err() != nil {
				return nil, false, err
			}
		}
	}
	return nil, false, err
}

// query is a question and its message.
type query struct {
	question dnsmessage.Question
	id       uint16
	message  []byte
}

// newQuery returns a query for the records of the absolute name, without search domains.
func newQuery(host string) (q query, err error) {
	name, err := dnsmessage.NewName(strings.TrimSuffix(host, ".") + ".")
	if err != nil {
		return q, err
	}
	var id [2]byte
	rand.Read(id[:])
	q.id = binary.BigEndian.Uint16(id[:])
	q.question = dnsmessage.Question{Name: name, Type: typeSSHFP, Class: dnsmessage.ClassINET}
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: q.id, RecursionDesired: true, AuthenticData: true})
	var header dnsmessage.ResourceHeader
	err = errors.Join(b.StartQuestions(), b.Question(q.question), b.StartAdditionals(),
		header.SetEDNS0(maxUDP, dnsmessage.RCodeSuccess, true), b.OPTResource(header, dnsmessage.OPTResource{}))
	if err != nil {
		return q, err
	}
	q.message, err = b.Finish()
	return q, err
}

func (q query) ask(ctx context.Context, server string) (records []Record, validated bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	for _, network := range []string{"udp", "tcp"} {
		message, err := q.exchange(ctx, network, server)
		if err != nil {
			return nil, false, err
		}
		header, records, err := q.parse(message)
		switch {
		case err != nil:
			return nil, false, err
		case !header.Truncated:
			return records, header.AuthenticData, nil
		}
	}
	return nil, false, errors.New("the answer is not whole")
}

// exchange sends the query over a network and returns the answer to it.
func (q query) exchange(ctx context.Context, network, server string) ([]byte, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if network == "tcp" {
		return q.exchangeTCP(conn)
	}
	if _, err := conn.Write(q.message); err != nil {
		return nil, err
	}
	for answer := make([]byte, 4*maxUDP); ; { // room for more than was advertised
		n, err := conn.Read(answer)
		if err != nil {
			return nil, err
		}
		if q.answers(answer[:n]) { // ignores answers to earlier queries
			return answer[:n], nil
		}
	}
}

func (q query) exchangeTCP(conn net.Conn) ([]byte, error) {
	message := append(binary.BigEndian.AppendUint16(nil, uint16(len(q.message))), q.message...)
	if _, err := conn.Write(message); err != nil {
		return nil, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, err
	}
	if !q.answers(answer) {
		return nil, errors.New("an answer to something else")
	}
	return answer, nil
}

func (q query) answers(message []byte) bool {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil || !header.Response || header.ID != q.id {
		return false
	}
	question, err := p.Question()
	return err == nil && question.Type == q.question.Type && question.Class == q.question.Class &&
		strings.EqualFold(question.Name.String(), q.question.Name.String())
}

// parse returns the records in an answer. Records of other names are those of the host's
// aliases.
func (q query) parse(message []byte) (header dnsmessage.Header, records []Record, err error) {
	var p dnsmessage.Parser
	if header, err = p.Start(message); err != nil {
		return header, nil, err
	}
	if header.RCode == dnsmessage.RCodeNameError || header.Truncated {
		return header, nil, nil
	}
	if header.RCode != dnsmessage.RCodeSuccess {
		return header, nil, fmt.Errorf("the name server answers %s", strings.TrimPrefix(header.RCode.String(), "RCode"))
	}
	if err := p.SkipAllQuestions(); err != nil {
		return header, nil, err
	}
	for len(records) < maxRecords {
		resource, err := p.AnswerHeader()
		switch {
		case errors.Is(err, dnsmessage.ErrSectionDone):
			return header, records, nil
		case err != nil:
			return header, nil, err
		case resource.Type != typeSSHFP || resource.Class != dnsmessage.ClassINET:
			if err := p.SkipAnswer(); err != nil {
				return header, nil, err
			}
			continue
		}
		content, err := p.UnknownResource()
		if err != nil {
			return header, nil, err
		}
		if data := content.Data; len(data) > 2 {
			records = append(records, Record{data[0], data[1], data[2:]})
		}
	}
	return header, records, nil
}

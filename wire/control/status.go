package control

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire"
	"gm/wire/protofield"
)

// Status describes a session.
type Status struct {
	Name string // by wire.CheckSessionName; empty if State is NoAnswer
	// ID is the name of the session's socket and differs from all other sessions' on
	// the host: by wire.ValidSessionID.
	ID      string
	State   State
	Pid     int       // of the session's server
	Version string    // of its program
	Created time.Time // like all times in whole seconds; zero if unknown
	Since   time.Time // when State began
	// Clients are the attached ones, at most 32.
	Clients    []Client
	Cols, Rows int
	Program    string // in the foreground of the terminal
	// From is the address of the newest client, attached or not; empty before the
	// first.
	From string
	// Exit is the exit status of the program, 0 to 255; nil while it runs.
	Exit *int
	// EndsAt is when the session ends if no client enters it; zero for never.
	EndsAt time.Time
}

// Client describes an attached client.
type Client struct {
	By, From   string // user@host, and the address
	Role       Role
	Cols, Rows int // of its window
	Since      time.Time
}

// State is the state of a session. Unknown values are kept.
type State uint8

const (
	NoAnswer State = iota // the session's server does not answer; ID and Pid alone are known
	Attached              // has a client
	Detached              // has none
	Ended                 // its program has ended, and no client has shown the end yet
)

var stateWords = [...]string{"no answer", "attached", "detached", "ended"}

// String returns a word for the state, or "state 7" for an unknown one.
func (s State) String() string { return word(stateWords[:], "state", int(s)) }

// maxClients bounds the clients of a Status. Further ones are left out.
const maxClients = 32

// Fields of the messages Status and Client. The first three never change.
const (
	fieldStatusName           protowire.Number = 1
	fieldStatusID             protowire.Number = 2
	fieldStatusState          protowire.Number = 3
	fieldStatusPid            protowire.Number = 4
	fieldStatusProgramVersion protowire.Number = 5
	fieldStatusCreated        protowire.Number = 6
	fieldStatusSince          protowire.Number = 7
	fieldStatusClient         protowire.Number = 8
	fieldStatusCols           protowire.Number = 9
	fieldStatusRows           protowire.Number = 10
	fieldStatusProgram        protowire.Number = 11
	fieldStatusFrom           protowire.Number = 12
	fieldStatusExit           protowire.Number = 13
	fieldStatusEndsAt         protowire.Number = 14

	fieldClientBy    protowire.Number = 1
	fieldClientFrom  protowire.Number = 2
	fieldClientRole  protowire.Number = 3
	fieldClientCols  protowire.Number = 4
	fieldClientRows  protowire.Number = 5
	fieldClientSince protowire.Number = 6
)

func (s *Status) append(dst []byte) []byte {
	dst = protofield.AppendLine(dst, fieldStatusName, s.Name, maxText)
	dst = protofield.AppendLine(dst, fieldStatusID, s.ID, maxText)
	dst = appendUint(dst, fieldStatusState, uint64(s.State))
	dst = appendInt(dst, fieldStatusPid, s.Pid)
	dst = protofield.AppendLine(dst, fieldStatusProgramVersion, s.Version, maxText)
	dst = appendTime(dst, fieldStatusCreated, s.Created)
	dst = appendTime(dst, fieldStatusSince, s.Since)
	for _, c := range s.Clients[:min(len(s.Clients), maxClients)] {
		at := len(dst)
		dst = protofield.Enclose(c.append(dst), at, fieldStatusClient)
	}
	dst = appendInt(dst, fieldStatusCols, s.Cols)
	dst = appendInt(dst, fieldStatusRows, s.Rows)
	dst = protofield.AppendLine(dst, fieldStatusProgram, s.Program, maxText)
	dst = protofield.AppendLine(dst, fieldStatusFrom, s.From, maxText)
	if s.Exit != nil {
		dst = protowire.AppendTag(dst, fieldStatusExit, protowire.VarintType)
		dst = protowire.AppendVarint(dst, uint64(min(max(*s.Exit, 0), maxByte)))
	}
	return appendTime(dst, fieldStatusEndsAt, s.EndsAt)
}

func (c Client) append(dst []byte) []byte {
	dst = protofield.AppendLine(dst, fieldClientBy, c.By, maxText)
	dst = protofield.AppendLine(dst, fieldClientFrom, c.From, maxText)
	dst = appendUint(dst, fieldClientRole, uint64(c.Role))
	dst = appendInt(dst, fieldClientCols, c.Cols)
	dst = appendInt(dst, fieldClientRows, c.Rows)
	return appendTime(dst, fieldClientSince, c.Since)
}

func (s *Status) parse(message []byte) error {
	err := eachField(message, s.set)
	if err != nil {
		return err
	}
	return s.check()
}

func (s *Status) set(f field) error {
	switch {
	case f.Is(fieldStatusName, protowire.BytesType):
		s.Name = string(f.Bytes)
	case f.Is(fieldStatusID, protowire.BytesType):
		s.ID = string(f.Bytes)
	case f.Is(fieldStatusState, protowire.VarintType):
		s.State = State(f.number(maxByte))
	case f.Is(fieldStatusPid, protowire.VarintType):
		s.Pid = f.number(maxNumber)
	case f.Is(fieldStatusProgramVersion, protowire.BytesType):
		s.Version = f.text(maxText)
	case f.Is(fieldStatusCreated, protowire.VarintType):
		s.Created = f.time()
	case f.Is(fieldStatusSince, protowire.VarintType):
		s.Since = f.time()
	case f.Is(fieldStatusClient, protowire.BytesType):
		return s.addClient(f.Bytes)
	case f.Is(fieldStatusCols, protowire.VarintType):
		s.Cols = f.number(maxNumber)
	case f.Is(fieldStatusRows, protowire.VarintType):
		s.Rows = f.number(maxNumber)
	case f.Is(fieldStatusProgram, protowire.BytesType):
		s.Program = f.text(maxText)
	case f.Is(fieldStatusFrom, protowire.BytesType):
		s.From = f.text(maxText)
	case f.Is(fieldStatusExit, protowire.VarintType):
		status := f.number(maxByte)
		s.Exit = &status
	case f.Is(fieldStatusEndsAt, protowire.VarintType):
		s.EndsAt = f.time()
	}
	return nil
}

func (s *Status) addClient(message []byte) error {
	if len(s.Clients) >= maxClients {
		return nil
	}
	var c Client
	err := eachField(message, func(f field) error {
		switch {
		case f.Is(fieldClientBy, protowire.BytesType):
			c.By = f.text(maxText)
		case f.Is(fieldClientFrom, protowire.BytesType):
			c.From = f.text(maxText)
		case f.Is(fieldClientRole, protowire.VarintType):
			c.Role = Role(f.number(maxByte))
		case f.Is(fieldClientCols, protowire.VarintType):
			c.Cols = f.number(maxNumber)
		case f.Is(fieldClientRows, protowire.VarintType):
			c.Rows = f.number(maxNumber)
		case f.Is(fieldClientSince, protowire.VarintType):
			c.Since = f.time()
		}
		return nil
	})
	s.Clients = append(s.Clients, c)
	return err
}

// check returns an error unless the name and the ID are valid, which users copy into
// command lines. A session that does not answer has no name.
func (s *Status) check() error {
	if !wire.ValidSessionID(s.ID) {
		return fmt.Errorf("%.*q is not the ID of a session", wire.MaxSessionID, s.ID)
	}
	if s.State == NoAnswer && s.Name == "" {
		return nil
	}
	return wire.CheckSessionName(s.Name)
}

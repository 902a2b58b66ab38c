package sshboottest

import (
	"encoding/binary"
	"errors"
)

// errDone ends a connection normally.
var errDone = errors.New("done")

// authenticate handles the login (RFC 4252).
func (s *lying) authenticate() error {
	request, err := s.read()
	if err != nil || request[0] != 5 {
		return errors.Join(err, errDone)
	}
	extInfo := message{7}.uint32(1).strings(s.say("extInfoMsg.Payload", "server-sig-algs"), s.say("extension", "ssh-ed25519"))
	banner := message{53}.strings(s.say("userAuthBannerMsg.Message", "a banner\n"), s.say("userAuthBannerMsg.Language", ""))
	debug := message{4}.byte(1).strings(s.say("debug", "debug"), s.say("debug language", ""))
	ignore := message{2}.string(s.say("ignore", "data"))
	accept := message{6}.string(s.say("serviceAcceptMsg.Service", "ssh-userauth"))
	for _, m := range []message{extInfo, debug, ignore, accept, banner} {
		if err := s.write(m); err != nil {
			return err
		}
	}
	for {
		request, err := s.read()
		if err != nil {
			return err
		}
		if s.course.Disconnects == "auth" && request[0] == 50 {
			return s.disconnect()
		}
		in, err := s.answer(request)
		if err != nil || in {
			return err
		}
	}
}

// answer answers a message of the login, and reports whether the login succeeded.
func (s *lying) answer(request []byte) (in bool, err error) {
	if request[0] == 61 { // SSH_MSG_USERAUTH_INFO_RESPONSE
		return s.judge("keyboard-interactive")
	}
	_, rest := cutString(request[1:])
	_, rest = cutString(rest)
	method, rest := cutString(rest)
	switch method {
	case "publickey":
		if rest[0] == 0 {
			algorithm, rest := cutString(rest[1:])
			key, _ := cutString(rest)
			return false, s.write(message{60}.strings(s.say("userAuthPubKeyOkMsg.Algo", algorithm), s.say("userAuthPubKeyOkMsg.PubKey", key)))
		}
	case "keyboard-interactive":
		return false, s.write(message{60}.strings(
			s.say("userAuthInfoRequestMsg.Name", "a name"), s.say("userAuthInfoRequestMsg.Instruction", "an instruction"),
			s.say("userAuthInfoRequestMsg.Language", "")).uint32(1).string(s.say("userAuthInfoRequestMsg.Prompts", "Password: ")).byte(0))
	}
	return s.judge(method)
}

func (s *lying) judge(method string) (in bool, err error) {
	if method == s.course.Accepts {
		return true, s.write(message{52})
	}
	return false, s.write(message{51}.string(s.say("userAuthFailureMsg.Methods", s.course.Methods)).byte(0))
}

func (s *lying) connect() error {
	if s.course.Disconnects == "login" {
		return s.disconnect()
	}
	keys := s.say("globalRequestMsg.Data", string(message(nil).strings(s.say("further key", string(s.other.PublicKey().Marshal())))))
	for _, m := range []message{
		append(message{80}.string("hostkeys-00@openssh.com").byte(0), keys...),
		message{80}.string(s.say("globalRequestMsg.Type", "a request")).byte(1),
		message{192}.string(s.say("pingMsg.Data", "ping")),
		append(message{90}.string(s.say("channelOpenMsg.ChanType", "forwarded-tcpip")).uint32(7).uint32(1<<20).uint32(1<<15),
			s.say("channelOpenMsg.TypeSpecificData", "data")...),
	} {
		if err := s.write(m); err != nil {
			return err
		}
	}
	for {
		request, err := s.read()
		if err == nil {
			err = s.handle(request)
		}
		if err != nil {
			return err
		}
	}
}

func (s *lying) handle(m []byte) error {
	switch m[0] {
	case 80: // hostkeys-prove-00 or keepalive
		if name, rest := cutString(m[1:]); name == "hostkeys-prove-00@openssh.com" {
			return s.prove(rest[1:])
		}
		return s.write(append(message{82}, s.say("globalRequestFailureMsg.Data", "")...))
	case 90: // open a channel
		_, rest := cutString(m[1:])
		s.client = binary.BigEndian.Uint32(rest)
		if s.course.Refuses == "channel" {
			return s.write(message{92}.uint32(s.client).uint32(1).
				strings(s.say("channelOpenFailureMsg.Message", "no"), s.say("channelOpenFailureMsg.Language", "")))
		}
		return s.write(append(message{91}.uint32(s.client).uint32(0).uint32(1<<20).uint32(1<<15), s.say("channelOpenConfirmMsg.TypeSpecificData", "")...))
	case 98:
		if name, _ := cutString(m[5:]); name == "exec" {
			return s.execute()
		}
	}
	return nil
}

func (s *lying) prove([]byte) error {
	if !s.course.Proves {
		return s.write(append(message{82}, s.say("globalRequestFailureMsg.Data", "no")...))
	}
	return s.write(append(message{81}, s.say("globalRequestSuccessMsg.Data", "not a proof")...))
}

func (s *lying) execute() error {
	switch {
	case s.course.Refuses == "exec":
		return s.write(message{100}.uint32(s.client))
	case s.course.Disconnects == "exec":
		s.write(message{99}.uint32(s.client))
		return s.disconnect()
	}
	end := message{98}.uint32(s.client).string("exit-status").byte(0).uint32(3)
	if s.course.Killed {
		end = message{98}.uint32(s.client).string("exit-signal").byte(0).string(s.say("signal", "TERM")).byte(0).
			strings(s.say("signal message", "killed"), s.say("signal language", ""))
	}
	for _, m := range []message{
		{99, 0, 0, 0, byte(s.client)},
		message{94}.uint32(s.client).string(s.say("output", "some output\n")),
		message{95}.uint32(s.client).uint32(1).string(s.say("errors", "an error\n")),
		append(message{98}.uint32(s.client).string(s.say("channelRequestMsg.Request", "a request")).byte(0), s.say("channelRequestMsg.RequestSpecificData", "data")...),
		end,
		{97, 0, 0, 0, byte(s.client)},
	} {
		if err := s.write(m); err != nil {
			return err
		}
	}
	return nil
}

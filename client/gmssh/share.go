package gmssh

import (
	"errors"
	"os"

	"gm/client/controlsocket"
	"gm/client/sshexec"
	"gm/internal/forward"
)

// statusUnshared is the exit status of a master of ControlPersist that has logged in to a host
// without gm's server.
const statusUnshared = 254

// share has a master run the program of the line, if there is a master or ControlPersist begins
// one. Programs with a terminal are not shared. done reports whether the program has run.
func (m *invocation) share() (status int, done bool, err error) {
	mode := m.config.Word("controlmaster")
	path, err := m.config.Expanded("controlpath")
	if err != nil || path == "" || mode == "true" || mode == "ask" || m.config.Flag("forkafterauthentication") ||
		m.config.Word("sessiontype") == "none" && m.line.Stdio == "" {
		return 0, false, nil // an error is reported later
	}
	c, err := controlsocket.Dial(path)
	if err != nil && m.persists() {
		if status, err := m.begin(); err != nil || status != 0 && status != statusUnshared {
			return status, true, err
		}
		c, err = controlsocket.Dial(path)
	}
	if err != nil || m.wantsTerminal() {
		return 0, false, nil
	}
	defer c.Close()
	return m.shareWith(c)
}

// persists reports whether ControlPersist keeps a master in the background.
func (m *invocation) persists() bool {
	_, persists := m.config.ControlPersist()
	return persists && m.config.Word("controlmaster") != "false"
}

func (m *invocation) shareWith(c *controlsocket.Client) (status int, done bool, err error) {
	p := controlsocket.Program{Subsystem: m.config.Word("sessiontype") == "subsystem"}
	if p.Command, err = m.command(); err != nil {
		return sshexec.Failed, true, err
	}
	if m.line.Stdio != "" {
		p.Connect, _ = forward.ParseStdio(m.line.Stdio) // was checked by sshline
	}
	files := []*os.File{os.Stdin, os.Stdout, os.Stderr}
	if m.config.Flag("stdinnull") {
		if files[0], err = os.Open(os.DevNull); err != nil {
			return sshexec.Failed, true, err
		}
		defer files[0].Close()
	}
	if _, err := m.openForwardings(c); err != nil {
		m.log(err.Error())
	}
	status, err = c.Run(p, files)
	switch {
	case errors.Is(err, controlsocket.ErrRefused) && m.line.Stdio != "":
		return sshexec.Failed, true, message("Stdio forwarding request failed: " + err.Error())
	case errors.Is(err, controlsocket.ErrRefused):
		m.log("mux_client_request_session: session request failed: " + err.Error())
		return 0, false, nil
	case err != nil:
		return sshexec.Failed, true, err
	case m.line.Stdio != "":
		return 0, true, nil
	}
	return status, true, nil
}

package gmssh

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"gm/client/controlsocket"
	"gm/client/forwarding"
	"gm/client/sshexec"
	"gm/sshboot/prompt"
)

// master returns the socket on which this client is the master of others; the zero Control if it
// is none. With ControlMaster auto the first one is.
func (m *invocation) master() (c forwarding.Control, err error) {
	mode := m.config.Word("controlmaster")
	if mode == "false" {
		return c, nil
	}
	path, err := m.config.Expanded("controlpath")
	if err != nil || path == "" {
		return c, err
	}
	if conn, err := net.Dial("unix", path); err == nil {
		conn.Close()
		if mode == "true" || mode == "ask" {
			m.log("ControlSocket " + path + " already exists, disabling multiplexing")
		}
		return c, nil
	}
	removeStale(path)
	if c.Path = path; strings.HasSuffix(mode, "ask") {
		question := "Allow shared connection to " + m.config.HostName() + "? "
		c.Confirm = func() bool { return prompt.ConfirmByProgram(context.Background(), question, os.Getenv) }
	}
	if m.persistent {
		c.Only = true
		c.Idle, _ = m.config.ControlPersist()
	}
	return c, nil
}

// control runs the command of -O.
func (m *invocation) control() (status int, err error) {
	path, err := m.config.Expanded("controlpath")
	if err != nil || path == "" {
		return sshexec.Failed, message(`No ControlPath specified for "-O" command`)
	}
	c, err := controlsocket.Dial(path)
	if err != nil {
		return sshexec.Failed, message(fmt.Sprintf("Control socket connect(%s): %s", path, dialReason(err)))
	}
	defer c.Close()
	switch m.line.Control {
	case "check":
		pid, err := c.Check()
		if err != nil {
			return sshexec.Failed, err
		}
		fmt.Fprintf(m.errors, "Master running (pid=%d)\r\n", pid)
	case "exit":
		return m.requested("Exit", c.Exit())
	case "stop":
		return m.requested("Stop listening", c.StopListening())
	case "forward":
		return m.openForwardings(c)
	case "cancel":
		return m.cancelForwardings(c)
	default:
		return sshexec.Failed, message("Unsupported -O command")
	}
	return 0, nil
}

func (m *invocation) requested(what string, err error) (int, error) {
	if err != nil {
		return sshexec.Failed, err
	}
	fmt.Fprintf(m.errors, "%s request sent.\r\n", what)
	return 0, nil
}

// openForwardings has the master begin all forwardings of the line and of the configuration,
// and prints the ports that the host has chosen.
func (m *invocation) openForwardings(c *controlsocket.Client) (status int, err error) {
	asked, err := forwarding.Read(m.config)
	if err != nil {
		return sshexec.Failed, err
	}
	for _, spec := range asked.Specs {
		port, err := c.Open(spec)
		if err != nil {
			return sshexec.Failed, masterError("forward", err)
		}
		if port != 0 {
			fmt.Fprintln(m.streams.Out, port)
		}
	}
	return 0, nil
}

func (m *invocation) cancelForwardings(c *controlsocket.Client) (status int, err error) {
	asked, err := forwarding.Read(m.config)
	if err != nil {
		return sshexec.Failed, err
	}
	for _, spec := range asked.Specs {
		if err := c.Cancel(spec); err != nil {
			m.log(masterError("cancel forward", err).Error()) // the status is 0, as ssh's is
		}
	}
	return 0, nil
}

func masterError(request string, err error) error {
	return message("mux_client_forward: forwarding request failed: " + err.Error() + "\nmuxclient: master " + request + " request failed")
}

// dialReason returns why a socket cannot be connected to, in the words of libc.
func dialReason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "No such file or directory"
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return err.Error()
}

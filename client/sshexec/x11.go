package sshexec

import (
	"io"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
	"gm/internal/xauth"
)

// forwardX11 asks the host to forward X11 for a program (RFC 4254, 6.3). A refusal is logged.
func forwardX11(client *ssh.Client, channel ssh.Channel, p Program) {
	fake := xauth.NewCookie()
	opened := client.HandleChannelOpen("x11")
	go func() {
		for c := range opened {
			go connectX11(c, p, fake)
		}
	}()
	if ok, err := channel.SendRequest("x11-req", true, p.X11.Request(fake)); err == nil && !ok {
		p.Log("X11 forwarding request failed on channel 0")
	}
}

// connectX11 joins a connection of the host to the X server.
func connectX11(opened ssh.NewChannel, p Program, fake xauth.Cookie) {
	server, err := p.X11.Accept(time.Now(), fake, p.Log)
	if err != nil {
		p.Log(err.Error())
		opened.Reject(ssh.Prohibited, err.Error())
		return
	}
	defer server.Close()
	channel, requests, err := opened.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	go ssh.DiscardRequests(requests)
	join(channel, server)
}

// join copies both ways until either end has ended, as X11 has no half-closed connections.
func join(a, b forward.Endpoint) {
	ended := make(chan struct{}, 2)
	for _, way := range [][2]io.ReadWriter{{a, b}, {b, a}} {
		go func() {
			io.Copy(way[1], way[0])
			ended <- struct{}{}
		}()
	}
	<-ended
}

// Package forward joins the streams of a session to connections of this host: sockets, SOCKS
// clients, agents and the pipes of programs. The client and the server of a session use the
// same Mux.
//
// A Mux belongs to the loop of its session, which calls Service once a turn. Goroutines read,
// write, dial and accept, and hand over to Service.
package forward

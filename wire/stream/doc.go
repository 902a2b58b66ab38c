// Package stream carries ordered streams of bytes over the datagrams of a session, beside
// its states. A [Conn] is one end. Like package wire, it reads no clock and has no socket:
// its caller passes it the payloads that arrive, sends those that it appends, and calls it
// again at its deadline.
//
// A payload is a packet:
//
//	number frame...
//
// with the number as a varint (protocol buffers, base 128). The numbers of an end count up
// from 0. A packet is never sent again: its frames are, in another one, if it is lost. A
// frame is its kind, one byte, and varints; a text or bytes come after their length:
//
//	OPEN   id kind target window   begins a stream; window is the credit of the peer
//	DATA   id offset bytes         bytes of the stream
//	END    id offset bytes         the last ones
//	ACK    largest delay first (gap more)...   packets that have arrived, as in RFC 9000,
//	                               19.3; delay in units of 8 µs
//	CREDIT id offset               the peer may send up to that offset
//	RESET  id code text            the stream has ended abruptly
//	ACKNOW                         this packet is to be acknowledged at once
//
// The end that begins a stream may send 64 kB before a CREDIT, or 4 kB if it has begun 64
// others.
//
// The end that begins a stream chooses its id: the client even ones, the server odd ones.
package stream

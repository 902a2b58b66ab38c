// Package datagram is the layer below the state protocol. A [Conn] carries
// payloads in sealed and numbered datagrams, and measures the round trip time
// and the loss of the path that they take. Like package wire, it reads no clock
// and has no socket.
//
// A datagram is the UDP payload
//
//	nonce[8] || AES-128-OCB3( timestamp[2] || timestamp_reply[2] || payload ) || tag[16]
//
// with all numbers in network byte order.
//
//   - nonce: bit 63 is set in datagrams to the client; the other bits are the
//     sequence number, which starts at 0 and never repeats. The nonce of the
//     cipher is 4 zero bytes and these 8. There is no associated data.
//   - timestamp: milliseconds of the sender's clock, modulo 65536; 65535 is absent
//     and never sent.
//   - timestamp_reply: the newest timestamp received, plus the time since it came,
//     once and within a second; 65535 if there is none. A timestamp that came with
//     the ECN mark CE is made 500 older.
//   - payload: its first byte is its [Kind].
//
// Only the datagram with the highest sequence number so far moves the peer's path
// and has its timestamps read. One that was overtaken delivers its payload; so does
// a replayed one, which the layers above make harmless.
package datagram

package wire

// Traffic is what has gone one way: authentic datagrams, and the bytes of UDP
// payload in them.
type Traffic struct{ Datagrams, Bytes uint64 }

func (t *Traffic) count(datagram []byte) {
	t.Datagrams++
	t.Bytes += uint64(len(datagram))
}

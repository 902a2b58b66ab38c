package wire

// maxIdle is how many elements of a buffer are kept for the next use. What a
// rare large instruction needed goes back.
const maxIdle = 64 << 10

// recycle empties a buffer and keeps its memory if that is not much.
func recycle[T any](b []T) []T {
	if cap(b) > maxIdle {
		return nil
	}
	return b[:0]
}

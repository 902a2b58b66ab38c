package payload

import (
	"io"
	"os"
)

// openSelf opens the running program, even if its file has been replaced.
func openSelf() (io.ReadCloser, error) { return os.Open("/proc/self/exe") }

package prompt

import "os"

// openTerminal opens the console.
func openTerminal() (in, out *os.File, err error) {
	in, err = os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		in.Close()
		return nil, nil, err
	}
	return in, out, nil
}

// watchSuspend and suspend have nothing to do: consoles have no such key.
func watchSuspend() (suspended <-chan os.Signal, stop func()) { return nil, func() {} }

func suspend() {}

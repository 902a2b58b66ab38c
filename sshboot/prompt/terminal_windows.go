package prompt

import "os"

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

// watchSuspend and suspend do nothing: consoles have no suspend key.
func watchSuspend() (suspended <-chan os.Signal, stop func()) { return nil, func() {} }

func suspend() {}

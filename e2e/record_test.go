//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"
)

// recordWord makes the test's own program record its keys in a file.
const recordWord = "record"

// record shows each key from the fifth line on and appends it to a file, until q. The
// second line has the size of the terminal.
func record(file string) error {
	keys, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := term.MakeRaw(0); err != nil {
		return err
	}
	input := make(chan byte)
	go func() {
		for b := make([]byte, 1); ; {
			if _, err := os.Stdin.Read(b); err != nil {
				close(input)
				return
			}
			input <- b[0]
		}
	}()
	look := time.NewTicker(20 * time.Millisecond) // Windows has no signal for the size
	defer look.Stop()
	fmt.Print("\x1b[5;1H")
	size := ""
	for key := byte(0); key != 'q'; {
		cols, rows, _ := term.GetSize(0)
		if now := fmt.Sprintf("%d %d", rows, cols); now != size {
			size = now
			fmt.Printf("\x1b7\x1b[2;1H\x1b[K%s\x1b8", size)
		}
		select {
		case <-look.C:
			continue
		case key = <-input:
		}
		if _, err := keys.Write([]byte{key}); err != nil {
			return err
		}
		fmt.Printf("%c", key)
	}
	return nil
}

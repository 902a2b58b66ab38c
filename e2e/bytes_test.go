//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"gm/e2e/harness"
	"gm/vt/recording"
	"gm/wire/simnet"
)

// BenchmarkBytes measures whole sessions in bytes of UDP payload and in datagrams:
// recorded programs with typed keys and their output; htop for a minute; a flood; a
// minute without activity. Both programs are measured at the same time.
func BenchmarkBytes(b *testing.B) {
	extended := harness.Ours(plain)
	extended.Server = append(slices.Clone(extended.Server), "-@", "gm=screen")
	contestants := []harness.Programs{harness.Stock(), extended, harness.Ours(plain)}
	contestants[2].Name = "gm as to mosh"
	for _, link := range []string{"rtt=10ms", "rtt=100ms"} {
		for _, s := range []struct {
			name    string
			keys    int // typed; each is answered by the next frame
			command []string
		}{
			{"vim", 60, playing("vim-132x43", 0)},
			{"less", 19, playing("less-132x43", 0)},
			{"tmux", 40, playing("tmux-132x43", 0)},
			{"bash", 50, playing("bash-132x43", 0)},
			{"htop for a minute", 0, playing("htop-132x43", 1500*time.Millisecond)},
			{"seq 1 100000", 0, []string{"sh", "-c", `head -c 1 >/dev/null; seq 1 100000; printf '\033]0;the end\007'; cat`}},
			{"idle minute", 0, []string{"sh", "-c", `sleep 60; printf '\033]0;the end\007'; cat`}},
		} {
			b.Run(s.name+" "+link, func(b *testing.B) {
				for b.Loop() {
					var all sync.WaitGroup
					for _, p := range contestants {
						all.Go(func() { b.Logf("%-32s %-18s %s", s.name+" "+link, p.Name, spend(b, p, link, s.keys, s.command)) })
					}
					all.Wait()
				}
			})
		}
	}
}

// spend runs a session and returns its cost.
func spend(b *testing.B, p harness.Programs, link string, keys int, command []string) string {
	network, err := simnet.Parse(link)
	if err != nil {
		return err.Error()
	}
	server := harness.StartServer(b, p, harness.Loopback(), append([]string{"sh", "-c", `stty raw -echo; printf ready; "$@"`, "sh"}, command...))
	relay, err := simnet.NewRelay(server.Addr, simnet.RelayOptions{Up: network, Down: network, Seed: 1})
	if err != nil {
		return err.Error()
	}
	defer relay.Close()
	at := relay.Addr()
	cmd := exec.Command(p.Client[0], append(slices.Clone(p.Client[1:]), at.Addr().String(), fmt.Sprint(at.Port()))...)
	cmd.Env = append(harness.Environment(b), "MOSH_KEY="+server.Key, "MOSH_PREDICTION_DISPLAY=never", "TERM=xterm-256color")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 132, Rows: 43})
	if err != nil {
		return err.Error()
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
		terminal.Close()
	}()
	shown := make(chan struct{})
	go func() {
		awaitText(terminal, "ready")
		shown <- struct{}{}
		awaitText(terminal, "the end")
		shown <- struct{}{}
		io.Copy(io.Discard, terminal)
	}()
	<-shown
	<-time.After(time.Second) // what belongs to the beginning
	up, down := relay.Stats()
	rhythm := rand.New(rand.NewPCG(1, 1))
	for range keys {
		terminal.WriteString(nextFrame)
		pause := 80 + 170*rhythm.ExpFloat64() // ms; a person's
		<-time.After(time.Duration(min(pause, 1000) * float64(time.Millisecond)))
	}
	terminal.WriteString(lastFrame)
	<-shown
	<-time.After(time.Second) // the last acknowledgements
	upEnd, downEnd := relay.Stats()
	return fmt.Sprintf("up %6d bytes in %4d, down %7d bytes in %5d", upEnd.Sent.Bytes-up.Sent.Bytes, upEnd.Sent.Packets-up.Sent.Packets,
		downEnd.Sent.Bytes-down.Sent.Bytes, downEnd.Sent.Packets-down.Sent.Packets)
}

// awaitText reads until text has come.
func awaitText(from io.Reader, text string) {
	buf, seen := make([]byte, 4096), []byte(nil)
	for !bytes.Contains(seen, []byte(text)) {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		seen = append(seen[max(0, len(seen)-len(text)):], buf[:n]...)
	}
}

// playing is the command that plays a recording: a frame for each key that it
// reads, or one after each pause, for a minute.
func playing(name string, pause time.Duration) []string {
	return []string{os.Args[0], playWord, name, strconv.Itoa(int(pause.Milliseconds()))}
}

// Keys for the player. It skips all others: the terminal's answers to recorded queries.
const nextFrame, lastFrame = "\x01", "\x04"

// playWord makes this test the player.
const playWord = "play-a-recording"

// play is the player. Within a frame the output comes as it was recorded.
func play(name, pause string) error {
	all, err := recording.All()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r recording.Recording) bool { return r.Name == name })
	if i < 0 {
		return fmt.Errorf("no recording %q", name)
	}
	milliseconds, err := strconv.Atoi(pause)
	if err != nil {
		return err
	}
	frames := chunks(all[i], 100*time.Millisecond)
	for n, begun := 0, time.Now(); ; n++ {
		if milliseconds > 0 {
			<-time.After(time.Duration(milliseconds) * time.Millisecond)
			if time.Since(begun) > time.Minute {
				break
			}
		} else if awaitKey() == lastFrame {
			break
		}
		last := time.Duration(-1)
		for _, e := range frames[n%len(frames)] {
			if last >= 0 {
				<-time.After(e.After - last)
			}
			last = e.After
			os.Stdout.Write(e.Output)
		}
	}
	fmt.Print("\x1b]0;the end\a")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// awaitKey returns the next key for the player, and the last one at the end of input.
func awaitKey() string {
	for b := make([]byte, 1); ; {
		if _, err := os.Stdin.Read(b); err != nil {
			return lastFrame
		}
		if key := string(b); key == nextFrame || key == lastFrame {
			return key
		}
	}
}

// chunks splits a recording where the program was at rest.
func chunks(r recording.Recording, rest time.Duration) (frames [][]recording.Event) {
	for i, e := range r.Events {
		if i == 0 || e.After-r.Events[i-1].After >= rest {
			frames = append(frames, nil)
		}
		frames[len(frames)-1] = append(frames[len(frames)-1], e)
	}
	return frames
}

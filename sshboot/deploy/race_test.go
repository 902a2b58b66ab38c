//go:build e2e

package deploy

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
)

// raceGround is a host with a victim, uid 65533, whose home takes no programs, and an
// attacker, uid 65534. The attacker executes lines from descriptor 3 and answers on 4. The
// victim runs the command line $1 in a bash that writes each simple command to 5 before it
// runs it, preceded by the number of the place, and then waits for a line on 6.
const raceGround = `
mount -t tmpfs -o mode=1777 tmpfs /var/tmp
umask 077; mkdir -p /var/tmp/private/sessions
for f in sessions/notes gm-0123456789abcdef .new-x; do echo mine >/var/tmp/private/$f; done; chown -R 65533 /var/tmp/private
as() { setpriv --reuid=$1 --regid=$1 --clear-groups env -i PATH="$PATH" program="$program" sh -c "$2"; }
(exec 5>&- 6>&-; as 65534 "$attack") &
cd /
setpriv --reuid=65533 --regid=65533 --clear-groups env -i PATH="$tools" BASH_ENV="$trap" /bin/bash -c "$1" 3<&- 4>&-
exec 3<&- 4>&-
cat /var/tmp/ran 2>/dev/null
for f in sessions/notes gm-0123456789abcdef .new-x; do [ -f /var/tmp/private/$f ] || echo lost $f; done`

// attack replaces the victim's directory by something that another account can create: a
// link to a directory of the victim, or a directory with a program in it and a changing
// mode.
const attack = `umask 022; cd /var/tmp; d=gm-65533; mkdir parked
printf '#!/bin/sh\nif [ $(id -u) = 65533 ]; then echo evil >>/var/tmp/ran; fi\n' >program; chmod 755 program
cp program parked/$program
show() { rm $d; mv -T parked $d; chmod $1 $d; }
while read -r what <&3; do
 case $what in
  mine) mv -T $d parked; ln -sT private $d;;
  evil) show 777; for f in $d/* $d/.new-*; do [ -e $f ] && cp program $d/x && mv -f $d/x $f; done;;
  *) show $what;;
 esac
 echo done >&4
done 2>/dev/null`

// A strategy is the state that the attacker shows to each kind of check, as in attack, or
// "" for no change.
type strategy struct{ exists, link, enter, list string }

// before returns the state to show to a command that the victim is about to run.
func (s strategy) before(command string) string {
	switch {
	case regexp.MustCompile(`^\[ -[dxOe] `).MatchString(command):
		return s.exists
	case strings.HasPrefix(command, "[ -L "):
		return s.link
	case strings.HasPrefix(command, "cd "), strings.HasPrefix(command, "pwd"):
		return s.enter
	case strings.Contains(command, "ls -ld"):
		return s.list
	case regexp.MustCompile(`--version|^exec `).MatchString(command):
		return "evil"
	case regexp.MustCompile(`^(echo exit|chmod|mkdir|cat|\$_x|ls -ln|mv|"\$_t")`).MatchString(command):
		return "777" // the victim can do all it wants
	case regexp.MustCompile(`^(for _o |drop |rm |rmdir |kill |\[ -f )`).MatchString(command):
		return "mine" // it removes files of its own
	}
	return ""
}

// raceSetup is the common setup of all races.
type raceSetup struct {
	lines                        []string // the scripts
	tools, trap, program, upload string
}

func newRaceSetup(t *testing.T) raceSetup {
	t.Helper()
	program := script(t, sshboottest.FakeServer)
	line, err := Launch{marker: "MARK", Deploy: Auto, Known: payload.Set{program}, fullPlaces: []string{"5", "6"}}.commandLine()
	if err != nil {
		t.Fatal(err)
	}
	dir := sshboottest.Tools(t, "bash", "cat", "chmod", "id", "ls", "mkdir", "mv", "rm", "rmdir", "uname")
	trap := filepath.Join(dir, "trap")
	sshboottest.WriteFile(t, trap, `set -T; trap 'builtin echo "$_i $BASH_COMMAND" >&5; builtin read -r __ <&6' DEBUG`, 0o644)
	for path := dir; path != "/tmp"; path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	remove, err := scriptLine("sh", "MARK", "", oneLine(uninstallScript))
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{line, remove}
	for i := range lines {
		lines[i] = strings.Replace(lines[i], "sh -c ", "/bin/bash -c ", 1) // called sh, it would not read BASH_ENV
	}
	return raceSetup{lines, dir, trap, "gm-" + program.Hash, fmt.Sprintf("MARK %s %d\n%s", program.Hash, len(sshboottest.FakeServer), sshboottest.FakeServer)}
}

// run returns the output of the script and the number of its commands that concerned the
// directory.
func (r raceSetup) run(t *testing.T, line string, s strategy) (said string, commands int) {
	t.Helper()
	cmd := exec.Command("unshare", "-m", "sh", "-c", raceGround, "sh", line)
	cmd.Env = append(os.Environ(), "attack="+attack, "tools="+r.tools, "trap="+r.trap, "program="+r.program)
	cmd.Stdin = strings.NewReader(r.upload)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	ours := racePipes(t, cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, file := range cmd.ExtraFiles {
		file.Close()
	}
	obeyed := bufio.NewReader(ours[1])
	for steps := bufio.NewScanner(ours[2]); steps.Scan(); {
		place, command, _ := strings.Cut(steps.Text(), " ")
		if place == "4" { // /var/tmp
			commands++
			if state := s.before(command); state != "" {
				fmt.Fprintln(ours[0], state)
				if _, err := obeyed.ReadString('\n'); err != nil {
					t.Errorf("the attacker is gone: %v", err)
				}
			}
		}
		io.WriteString(ours[3], "\n")
	}
	ours[0].Close()
	cmd.Wait() // its status is the victim's
	return out.String(), commands
}

// racePipes gives cmd the descriptors 3 to 6 and returns their other ends.
func racePipes(t *testing.T, cmd *exec.Cmd) (ours [4]*os.File) {
	t.Helper()
	for i := range ours {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		theirs := write
		ours[i] = read
		if i == 0 || i == 3 { // they read
			theirs, ours[i] = read, write
		}
		t.Cleanup(func() { read.Close(); write.Close() })
		cmd.ExtraFiles = append(cmd.ExtraFiles, theirs)
	}
	return ours
}

// TestAnotherAccountSwapsNames stops the script before each of its commands and lets
// another account replace the victim's directory, with a different state for each kind of
// check.
func TestAnotherAccountSwapsNames(t *testing.T) {
	t.Parallel()
	r := newRaceSetup(t)
	for _, exists := range []string{"mine", "777"} {
		for _, link := range []string{"mine", "700"} {
			for _, enter := range []string{"mine", "777", "755"} {
				for _, list := range []string{"mine", "777", "755", "700"} {
					s := strategy{exists, link, enter, list}
					for i, line := range r.lines {
						said, commands := r.run(t, line, s)
						if commands < 5 || strings.Contains(said, "evil") || strings.Contains(said, "lost") {
							t.Errorf("script %d, %+v: after %d commands:\n%s", i, s, commands, said)
						}
					}
				}
			}
		}
	}
}

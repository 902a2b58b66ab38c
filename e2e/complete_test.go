//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/client/known"
	"gm/e2e/harness"
)

// shells are the shells for which "gm help" has completions, without the user's
// configuration, and the commands that make them read the completion in the file GM.
var shells = map[string]struct {
	command []string
	read    string
}{
	"bash": {[]string{"env", "PS1=> ", "bash", "--norc", "--noprofile"}, ". ./GM"},
	// As bash 3.2, of macOS, which has none of these.
	"bash as of 2006": {[]string{"env", "PS1=> ", "bash", "--norc", "--noprofile"}, "enable -n mapfile readarray compopt; . ./GM"},
	"zsh":             {[]string{"env", "PS1=> ", "zsh", "-f"}, "autoload -U compinit; compinit -u -D; . ./GM"},
	"fish":            {[]string{"fish", "--no-config", "-C", "function fish_prompt; printf '> '; end"}, "source ./GM"},
}

// TestCompletion has the real shells complete gm's command line.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for name, shell := range shells {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newCompleter(t, shell.command)
			script, _, _ := strings.Cut(name, " ")
			x.Line(plain + " help " + script + " >GM; " + shell.read + "; echo re''ady")
			x.ExpectLine("ready")
			x.expectPrompt()
			for typed, want := range map[string]string{
				"gm --predict=al":                      "gm --predict=always",
				"gm --fam":                             "gm --family",
				"gm --no-in":                           "gm --no-init",
				"gm --ssh-config ./confi":              "gm --ssh-config ./configured",
				"gm -J alph":                           "gm -J alpha.example.net",
				"gm alp":                               "gm alpha.example.net",
				"gm -p 60001 me@alp":                   "gm -p 60001 me@alpha.example.net",
				"gm --bind-server=any kno":             "gm --bind-server=any known.example.net",
				"gm inclu":                             "gm included",
				"gm help envi":                         "gm help environment",
				"gm atta":                              "gm attach",
				"gm attach alp":                        "gm attach alpha.example.net",
				"gm -p 60001 kill alp":                 "gm -p 60001 kill alpha.example.net",
				"gm ls known.example.net inclu":        "gm ls known.example.net included",
				"gm ls --js":                           "gm ls --json",
				"gm attach alpha.example.net wo":       "gm attach alpha.example.net work",
				"gm kill alpha.example.net work other": "gm kill alpha.example.net work other-one",
				"gm attach --read-only alpha.example.net oth": "gm attach --read-only alpha.example.net other-one",
				"gm --size=sma": "gm --size=smallest",
				"gm -- alp":     "gm -- alpha.example.net",
			} {
				x.completes(typed, want)
			}
		})
	}
}

// completer is a shell in a directory with a file, and hosts in ~/.ssh.
type completer struct{ *harness.Terminal }

func newCompleter(t *testing.T, command []string) completer {
	t.Helper()
	home := harness.TempDir(t)
	for file, text := range map[string]string{
		".ssh/config":      "Include more\nHost alpha.example.net *.wild\nMatch exec \"touch ~/ran\"\nUser x\n",
		".ssh/more":        "Host included\n",
		".ssh/known_hosts": "known.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMkk6p+mBd6hrmGM6qs2UzlhrNVJTx0m3Wqgx0pVtVZn\n",
		"configured":       "",
	} {
		path := filepath.Join(home, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	notes := known.Directory(filepath.Join(home, ".local/state/gm/known"))
	for _, name := range []string{"work", "other-one"} {
		if err := notes.Enter("alpha.example.net", name, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"HOME=" + home, "LANG=C.UTF-8", "PATH=" + filepath.Dir(plain) + ":" + os.Getenv("PATH")}
	x := completer{harness.NewTerminal(t, harness.TerminalOptions{Env: env}, append([]string{"env", "-C", home}, command...)...)}
	x.expectPrompt()
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(home, "ran")); err == nil {
			t.Error("completing has run a command of ssh_config")
		}
	})
	return x
}

// completes types a command line and the tabulator, and clears the line.
func (x completer) completes(typed, want string) {
	x.Type(typed + "\t")
	x.Until("completion of "+typed+" to "+want, harness.Patience, func(s harness.Screen) bool {
		_, row := x.Cursor()
		return strings.TrimRight(s[row], " =") == "> "+want // fish has no = after an option
	})
	x.Type("\x01\x0b")
	x.expectPrompt()
}

// expectPrompt waits until the shell edits an empty line.
func (x completer) expectPrompt() {
	x.Until("prompt", harness.Patience, func(s harness.Screen) bool {
		_, row := x.Cursor()
		return row < len(s) && strings.TrimRight(s[row], " ") == ">"
	})
}

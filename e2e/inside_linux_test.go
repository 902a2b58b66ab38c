//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"gm/e2e/harness"
)

// TestInside runs gm's verbs in a session, without SSH: the session is listed, entering it
// is refused, and "gm detach" sends its client away.
func TestInside(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.begin()
	x.Line(`echo name=$GM_SESSION; test -S "$GM_SOCKET" && echo soc''ket`)
	x.ExpectLine("name=" + a.name)
	x.ExpectLine("socket")
	x.Line(racing + " ls")
	x.Expect(a.name + "  attached")
	x.Line("clear; " + racing + " attach --local " + a.name + "; echo st''atus $?")
	if screen := x.Expect("status "); screen.HasLine("status 0") || !screen.Has("you are in") {
		t.Errorf("not refused:\n%s", harness.Frame(screen))
	}
	x.Line("clear; " + racing + " detach")
	expectLeft(t, x, "[gm: detached from "+a.name+" by ", ". Back: gm attach --local "+a.name+"]")
	x = a.window("attach", "--local", a.name)
	x.Expect("detached the clients of " + a.name)
	a.kill()
}

// TestGmInGm detaches the inner of two sessions by a doubled escape key, then the outer.
func TestGmInGm(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	inner := a.name + "-inner"
	x := a.begin()
	x.Line(strings.Join(append([]string{racing, "--local", "--name=" + inner, "--"}, quoted([]string{"env", "PS1=inner> ", "bash", "--norc", "--noprofile"})...), " "))
	x.ExpectLine("inner>")
	x.Line("echo in-$GM_SESSION")
	x.Expect("in-" + inner)
	x.Type("\x1e^d")
	x.Until("the outer session's prompt", harness.Patience, func(s harness.Screen) bool {
		return s.Has("[gm: detached from "+inner+". Back: gm attach --local "+inner+"]") && s[strings.Count(strings.TrimRight(s.String(), "\n"), "\n")] == "$"
	})
	x.Type("\x1ed")
	expectLeft(t, x, "[gm: detached from "+a.name+". ")
	a.kill(inner)
}

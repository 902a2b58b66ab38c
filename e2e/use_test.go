//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"gm/e2e/harness"
)

// useAll does in a session all that a session must carry, and ends it.
func useAll(t *testing.T, s *harness.Session) {
	t.Helper()
	s.ExpectPrompt()
	useEcho(s)
	useResize(s)
	useUnicode(s)
	usePaste(s)
	useMouse(s)
	useTitle(s)
	useClipboard(s)
	useInterrupt(s)
	s.Line("exit 3")
	s.ExpectClean()
}

func useEcho(s *harness.Session) {
	s.Line("echo hel''lo")
	s.ExpectLine("hello")
	s.Line("clear")
	s.ExpectNot("hello")
}

// useResize changes the size while a program waits for it, and back.
func useResize(s *harness.Session) {
	for _, size := range []struct {
		cols, rows int
		want       string
	}{{100, 30, "30 100"}, {60, 20, "20 60"}, {80, 24, "24 80"}} {
		s.Line(`until [ "$(stty size)" = "` + size.want + `" ]; do sleep 0.02; done; clear; printf 'x%.0s' $(seq $COLUMNS); printf '\033[999;1Hlast'`)
		s.Resize(size.cols, size.rows)
		s.Until("screen of "+size.want, harness.Patience, func(screen harness.Screen) bool {
			return screen[0] == strings.Repeat("x", size.cols) &&
				len(screen) == size.rows && strings.HasPrefix(screen[size.rows-1], "last")
		})
		s.Line("clear")
		s.ExpectPrompt()
	}
}

// useUnicode types combining and wide characters, and has them printed.
func useUnicode(s *harness.Session) {
	s.Line("echo 'é ñ 中文 ок'; printf '|e\\xcc\\x81|\\xe4\\xb8\\xad|\\xf0\\x9f\\x98\\x80|\\n'")
	s.ExpectLine("é ñ 中文 ок")
	s.ExpectLine("|e\u0301|中|😀|")
}

func usePaste(s *harness.Session) {
	s.Line(`printf '\033[?2004hrea''dy\n'; cat -v; printf '\033[?2004l'`)
	s.ExpectLine("ready")
	s.Paste("pasted text")
	s.Expect("^[[200~pasted text^[[201~")
	s.Press("Enter", "C-d")
	s.ExpectPrompt()
}

func useMouse(s *harness.Session) {
	const flags = "#{mouse_standard_flag}#{mouse_button_flag}#{mouse_all_flag}#{mouse_sgr_flag}"
	s.Line(`printf '\033[?1000h\033[?1006h'; cat -v`)
	s.ExpectFormat(flags, "1001")
	s.Type("\x1b[<0;5;6M")
	s.Expect("^[[<0;5;6M")
	s.Press("Enter", "C-d")
	s.ExpectPrompt()
	s.Line(`printf '\033[?1000l\033[?1002h'`)
	s.ExpectFormat(flags, "0101")
	s.Line(`printf '\033[?1002l\033[?1003h'`)
	s.ExpectFormat(flags, "0011")
	s.Line(`printf '\033[?1003l\033[?1006l'`)
	s.ExpectFormat(flags, "0000")
}

func useTitle(s *harness.Session) {
	s.Line(`printf '\033]0;the title\007'`)
	s.ExpectFormat("#{pane_title}", "[mosh] the title")
}

func useClipboard(s *harness.Session) {
	s.Line(`printf '\033]52;c;%s\007' "$(printf 'copied text' | base64)"`)
	s.ExpectClipboard("copied text")
}

// useInterrupt stops a flood.
func useInterrupt(s *harness.Session) {
	s.Line("clear; yes")
	s.Until("flood", harness.Patience, func(screen harness.Screen) bool {
		return screen[0] == "y" && screen[len(screen)-2] == "y"
	})
	s.Press("C-c")
	s.ExpectPrompt()
	s.Line("echo sta''lled: $?")
	s.ExpectLine("stalled: 130")
}

package sshboot

import (
	"errors"
	"fmt"
	"strings"

	"gm/sshboot/payload"
)

// maxCommandLine bounds the command line of the exec request, in bytes:
// dropbear takes 9000.
const maxCommandLine = 9000

// The script that runs on the host. It finds or receives the server and becomes
// it. POSIX sh; one line when sent; besides sh it needs cat, chmod, id, mkdir,
// mv, rm and uname, and uses gzip, ls and wc where they are.
//
// Each line meant for gm begins with the marker and a word:
//
//	at CLIENT PORT SERVER PORT   what sshd says of the connection
//	need gzip|cat SYSTEM MACHINE no server is there: gm is to send "HASH SIZE",
//	                             a newline, and the program, compressed for
//	                             gzip; or "- 0" if it has none for that platform
//	none                         nor is there a stock mosh-server
//	run PATH                     the lines from here on are the server's
//	fail TEXT                    the end
//
// The directories are tried in turn, first for a server that is there, then for
// a place that can be written to and run from. Outside of the home a directory
// counts only if it is ours and no link. The two newest programs stay. The
// names of variables begin with _, to change none that the account exports.
const bootstrapScript = `
say() { echo "$_m $*"; };
fail() { clean; say fail "$*"; exit 1; };
clean() { if [ "$_t" ]; then rm -f "$_t"; fi; };
works() { "$1" --version </dev/null >/dev/null 2>&1; };
run() { say run "$1"; if [ "$_w" ]; then umask "$_w"; fi; exec "$@" new @ARGS@ </dev/null; };
each() {
 for _d in "$XDG_CACHE_HOME" "${HOME:+$HOME/.cache}" "$XDG_RUNTIME_DIR" /var/tmp /tmp /dev/shm; do
  case $_d in
   "") continue;;
   /var/tmp|/tmp|/dev/shm) _d=$_d/gm-$(id -u);;
   *) _d=$_d/gm;;
  esac;
  "$1" && return 0;
 done;
 return 1;
};
ours() { [ -d "$_d" ] && [ -O "$_d" ] || return 1; if [ -L "$_d" ]; then return 1; fi; };
found() { [ -x "$_d/gm-$_h" ] && ours && works "$_d/gm-$_h"; };
place() {
 _t=$_d/.new-$$;
 mkdir -p "$_d" 2>/dev/null && ours && (echo exit 0 >"$_t" && chmod 700 "$_t" && "$_t") 2>/dev/null && return 0;
 rm -f "$_t" 2>/dev/null;
 return 1;
};
whole() { command -v wc >/dev/null 2>&1 || return 0; [ $(wc -c <"$_t") -eq "$_n" ]; };
stock() {
 clean;
 for _p in mosh-server /usr/local/bin/mosh-server /opt/homebrew/bin/mosh-server
  /opt/local/bin/mosh-server "$HOME/bin/mosh-server" "$HOME/.local/bin/mosh-server"; do
  if command -v "$_p" >/dev/null 2>&1; then run "$_p"; fi;
 done;
 say none;
 exit 1;
};
tidy() {
 _k=0;
 ls -t "$_d" 2>/dev/null | while read -r _o; do
  case $_o in gm-*) _k=$((_k+1)); if [ $_k -gt 2 ]; then rm -f "$_d/$_o"; fi;; esac;
 done;
};
_w=;
say at $SSH_CONNECTION;
_s=$(uname -s); _a=$(uname -m);
case "$_s $_a" in @CASES@ *) _h=;; esac;
if [ "$_h" ] && each found; then run "$_d/gm-$_h" server; fi;
_w=$(umask); umask 077; _t=;
trap clean 0; trap "exit 1" 1 2 13 15;
each place || fail no directory can be written to and run from;
_z=cat; _x=cat; if command -v gzip >/dev/null 2>&1; then _z=gzip; _x="gzip -dc"; fi;
say need $_z "$_s" "$_a";
read _h _n || exit 1;
if [ "$_h" = - ]; then stock; fi;
$_x >"$_t" && whole || fail the program did not arrive whole in "$_d";
works "$_t" || fail the program does not start;
mv -f "$_t" "$_d/gm-$_h" || fail the program can not be put into "$_d";
tidy;
run "$_d/gm-$_h" server
`

// serverScript runs a server that the user names, as mosh does.
const serverScript = `
say() { echo "$_m $*"; };
say at $SSH_CONNECTION;
say run;
@COMMAND@ new @ARGS@ </dev/null
`

// launch is what is to be started on a host.
type launch struct {
	marker string
	// command is a shell fragment in place of gm's own server; empty for that.
	command string
	args    []string
	// known are the programs that the script can look for by itself.
	known payload.Set
}

// commandLine gives the command line for the exec request. It reads the same in
// every login shell.
func (l launch) commandLine() (string, error) {
	for _, arg := range append([]string{l.command}, l.args...) {
		if strings.ContainsRune(arg, 0) {
			return "", errors.New("the command holds a NUL byte")
		}
	}
	if strings.Contains(l.command, "\n") {
		return "", errors.New("--server holds a newline")
	}
	script := bootstrapScript
	if l.command != "" {
		script = serverScript
	}
	words := make([]string, len(l.args))
	prelude := "_m=" + l.marker + ";"
	for i, arg := range l.args {
		words[i] = quoteShellLine(arg)
		if strings.Contains(arg, "\n") {
			prelude = "_m=" + l.marker + ";" + newlineVariable
		}
	}
	script = prelude + strings.NewReplacer(
		"@COMMAND@", l.command,
		"@ARGS@", strings.Join(words, " "),
		"@CASES@", l.cases(),
	).Replace(oneLine(script))
	line := "sh -c " + quoteAnyShell(script)
	if len(line) > maxCommandLine {
		return "", fmt.Errorf("the command is too long: %d bytes of %d", len(line), maxCommandLine)
	}
	return line, nil
}

// oneLine joins the lines of a script, each of which ends where a blank may
// stand.
func oneLine(script string) string { return strings.Join(strings.Fields(script), " ") }

// cases gives the branches that set h to the hash of the program for a platform.
func (l launch) cases() string {
	var b strings.Builder
	for _, p := range l.known {
		for _, u := range payload.Unames(p.Platform) {
			fmt.Fprintf(&b, "%s\\ %s) _h=%s;; ", u.System, u.Machine, p.Hash)
		}
	}
	return b.String()
}

package deploy

// The scripts for the host are POSIX sh. Each is sent as one line, without single quotes,
// backslashes and exclamation marks. The names of their variables begin with _, so that
// they do not change variables that the account exports.
//
// A line of output that is for gm begins with the marker and a word.

// places iterates over the directories in which a server may be, of which $2 has the
// numbers. It sets _d to the directory and _i to its number and calls the function $1,
// until that succeeds.
//
// safe succeeds if no other account can change _d or, if $1 is set, the file $1 in it. It
// sets _d to the physical path and checks each directory of that path once, from /
// downward. The order matters: a directory that passed the check cannot be renamed and its
// mode cannot be changed by other accounts, so that nothing below can be swapped between
// two checks. The rules, which sound applies to one line of ls:
//
//   - A directory belongs to the account or root, and no other account can write to it. One
//     above _d may also be sticky, because names in it are then protected.
//   - Above HOME it is sufficient that not everyone can write: an account that could replace
//     HOME could run programs as this account without gm.
//   - Write permission of a group is allowed if the group has the name of the account and no
//     other member (own).
//   - A directory outside of the home is not a symbolic link.
//
// The first directory that fails is reported:
//
//	open MODE OWNER PATH
const places = `
say() { echo "$_m $*"; };
_u=$(id -u); _y=;
case $HOME in /*) _y=$(cd "$HOME" 2>/dev/null && pwd -P);; esac;
each() {
 _i=0;
 for _d in "$XDG_CACHE_HOME" "${HOME:+$HOME/.cache}" "$XDG_RUNTIME_DIR" /var/tmp /tmp /dev/shm "$XDG_STATE_HOME" "${HOME:+$HOME/.local/state}"; do
  _i=$((_i+1));
  case $2 in *$_i*) ;; *) continue;; esac;
  case $_i$_d in
   [12378]/*) _d=$_d/gm;;
   [456]/*) _d=$_d/gm-$_u;;
   *) continue;;
  esac;
  "$1" && return 0;
 done;
 return 1;
};
own() {
 [ "$1" = "$(id -g)" ] && [ "$(id -gn)" = "$(id -un)" ] || return 1;
 while IFS=: read -r _k _l _p _q; do
  case $_p:$_q in "$1:"|"$1:$_k") ;; "$1":*) return 1;; esac;
 done </etc/group;
};
sound() {
 case $_y in
  "${1%/}"/*) case $_a in ????????w[tT]*|????????-*) return 0;; esac; return 1;;
 esac;
 case $_o in 0|$_u) ;; *) return 1;; esac;
 case $_a in
  ?????-??-*) return 0;;
  d????????[tT]*) case $1 in "$_d") return 1;; esac;;
  ?????w??-*) own "$_g";;
  *) return 1;;
 esac;
};
safe() {
 _p=$(cd "$_d" 2>/dev/null && pwd -P) || return 1;
 case $_i in
  [456]) [ "$_p" = "$(cd "${_d%/*}" && pwd -P)/${_d##*/}" ] || return 1;;
 esac;
 _d=$_p;
 set -- ${1:+"$_d/$1"};
 while [ "$_p" ]; do set -- "$_p" "$@"; _p=${_p%/*}; done;
 set -- / "$@";
 LC_ALL=C ls -ldn "$@" 2>/dev/null | (
  while read -r _a _l _o _g _r; do
   sound "$1" || { case $_a in d*) say open "$_a" "$_o" "$1";; esac; exit 1; };
   shift;
  done;
  [ $# -eq 0 ]
 );
};
`

// bootstrapScript finds or receives the server and executes it. Besides sh it requires
// cat, chmod, id, ls, mkdir, mv, rm and uname. It uses getconf, gzip, od and rmdir if they
// are present, head in a terminal and before a pipe, and stty in a terminal. It considers places outside of the home
// only if no program can be put into the home.
//
//	at CLIENT PORT SERVER PORT   SSH_CONNECTION
//	need gzip|cat[,head] ELF SYSTEM MACHINE
//	                             no server was found: gm sends a line
//	                             "MARKER HASH SIZE" and the program, compressed
//	                             for gzip, up to the end of the input; or
//	                             "MARKER HASH SIZE BYTES" and BYTES bytes, to a
//	                             terminal, which has no end of input, and if the
//	                             input becomes a pipe and the host has head -c;
//	                             or "MARKER - 0" if it has no program for the
//	                             platform
//	short NUMBER DIR             the program did not arrive completely in DIR
//	taken NUMBER PATH            PATH exists and is not a program
//	bad                          the program does not start
//	none SYSTEM MACHINE          no other server is installed
//	empty                        neither gm's server nor the socket of a session
//	                             is here
//	open MODE OWNER PATH         other accounts can change PATH, which is not used
//	first                        the directory of the program has no other one
//	outside DIR                  the program is in DIR, outside of the home
//	run PATH                     the following lines are the server's
//	fail TEXT                    the script ends
//
// A file is a program of gm if its version begins with "gm ". Its exit status is not
// sufficient, because an empty file, which a power failure can leave under the name, exits
// with 0. GM_FLUSH makes the program sync its file to disk before the file is renamed.
//
// ELF is the first six bytes of /bin/sh in hexadecimal, or the number of bits of a long,
// or "-". The client sets _f to the mode of --deploy, and _v to the numbers of the places
// without enough space. The end of the script is [keepScript] or [removeScript].
const bootstrapScript = places + `
fail() { clean; say fail "$*"; exit 1; };
taken() { clean; say taken $_i "$_d/gm-$_h"; exit 1; };
drop() { @DROP@ };
clean() { if [ "$_t" ]; then rm -f "$_t"; @CLEAN@ fi; };
works() { case $("$1" --version </dev/null 2>/dev/null) in "gm "*) return 0;; esac; return 1; };
run() { say run "$1"; [ "$_w" ] && umask "$_w"; exec "$@" @VERB@ @ARGS@ @INPUT@; };
found() {
 for _h in $_c; do
  if [ -x "$_d/gm-$_h" ] && safe "gm-$_h" && works "$_d/gm-$_h"; then return 0; fi;
 done;
 return 1;
};
start() { [ "$_c" ] && each found $1 && run "$_d/gm-$_h" server; };
place() {
 case " $_v " in *" $_i "*) return 1;; esac;
 _k=; [ -d "$_d" ] && _k=-;
 @NOTE@
 mkdir $_q "$_d" 2>/dev/null;
 if safe; then
  _t=$_d/.new-$(uname -n)-$$;
  (echo exit 0 >"$_t" && chmod 700 "$_t" && "$_t") 2>/dev/null && return 0;
  rm -f "$_t" 2>/dev/null;
  _t=; _k=;
 fi;
 [ "$_k" ] || drop;
 return 1;
};
take() { if [ "$_b" ]; then head -c $_b | $_x; else $_x; fi; };
whole() { set -- $(ls -ln "$_t" 2>/dev/null); [ "$5" = "$_n" ]; };
word() {
 _e=;
 for _o in $(od -An -tx1 -N6 /bin/sh 2>/dev/null); do _e=$_e$_o; done;
 case $_e in 7f454c46*) return;; esac;
 _e=$(getconf LONG_BIT 2>/dev/null);
};
try() {
 command -v "$1" >/dev/null 2>&1 || return 0;
 case $1 in "${HOME:-.}"/*) _d=${1%/*}; _i=; safe || return 0;; esac;
 case @VERB@:$1 in new:*mosh-server) run "$1";; *mosh-server) return 0;; esac;
 case $("$1" --version </dev/null 2>/dev/null) in "gm "*", go1"*) run "$1" server;; esac;
};
stock() {
 clean;
 for _p in gm mosh-server; do
  for _q in "" /usr/local/bin/ /opt/homebrew/bin/ /opt/local/bin/ "$HOME/bin/" "$HOME/.local/bin/"; do try "$_q$_p"; done;
 done;
 for _q in $("${SHELL:-sh}" -lc "command -v gm; command -v mosh-server" </dev/null 2>/dev/null); do
  case $_q in /*/gm|/*/mosh-server) try "$_q";; esac;
 done;
 say none "$_s" "$_a";
 exit 1;
};
idle() {
 { case $(cat /proc/[0-9]*/cmdline) in *"/$1"*) return 1;; esac; } 2>/dev/null;
 return 0;
};
tidy() {
 _k=0;
 ls -At "$_d" 2>/dev/null | while read -r _o; do
  case $_o in
   gm-$_h) ;;
   gm-????????????????) _k=$((_k+1)); [ $_k -gt 1 ] && idle $_o && rm -f "$_d/$_o";;
   .new-$(uname -n)-*) kill -0 ${_o##*-} 2>/dev/null || rm -f "$_d/$_o";;
  esac;
 done;
};
_w=; _t=;
say at $SSH_CONNECTION;
_s=$(uname -s); _a=$(uname -m);
case "$_s $_a" in @CASES@ *) _c=;; esac;
start 12;
@SEARCH@
if [ $_f = never ]; then start 3456; stock; fi;
_w=$(umask); umask 077;
trap clean 0; trap "exit 1" 1 2 13 15;
_q=-p; each place 12 || {
 start 3456; each place 3 || { _q=; each place 456; } || fail no directory can be written to and run from;
};
_z=cat; _x=cat; if command -v gzip >/dev/null 2>&1; then _z=gzip; _x="gzip -dc"; fi;
case $(echo ab | head -c 1 2>/dev/null) in a) _z=$_z,head;; esac;
word;
say need $_z ${_e:--} "$_s" "$_a";
_h=;
while read -r _q _h _n _b; do case $_q in *$_m) break;; esac; _h=; done;
[ "$_h" ] || exit 1;
[ -d "$_d/gm-$_h" ] && taken;
if [ "$_h" = - ]; then if [ $_f = always ]; then say none "$_s" "$_a"; exit 1; fi; stock; fi;
(take >"$_t") 2>/dev/null && whole || { clean; say short $_i "$_d"; exit 1; };
(GM_FLUSH=1; export GM_FLUSH; works "$_t") || { clean; say bad; exit 1; };
@KEEP@
`

// keepScript is the end of bootstrapScript for a server that stays on the host.
const keepScript = `
set -- "$_d"/gm-????????????????; [ -f "$1" ] || say first;
mv -f "$_t" "$_d/gm-$_h" 2>/dev/null || taken;
_t=;
tidy;
[ $_i -gt 2 ] && say outside "$_d";
run "$_d/gm-$_h" server
`

// The end of bootstrapScript for a server that is removed when it ends, with the
// directories that were made for it, up to _j. The shell waits for it: without a client its
// input ends, and so does the server.
const (
	noteScript = `
_j=$_d; until [ -d "$_j/" ]; do _j=${_j%/*}; done;
_j=$(cd "$_j/" && pwd -P);
`
	dropScript = `
_p=$_d;
until [ "$_p" = "$_j" ]; do rmdir "$_p" 2>/dev/null || return 0; _p=${_p%/*}; done;
`
	removeScript = `
[ $_i -gt 2 ] && say outside "$_d";
umask "$_w";
say run "$_t";
"$_t" server @VERB@ @ARGS@ @INPUT@;
exit 0
`
)

// searchScript is the part of bootstrapScript for verbs other than new. These need a
// running session, which has a socket in one of the directories of package registry.
// Without a socket nothing is uploaded. With one, the server is uploaded if it is missing:
// the session may be one of another version, whose program is gone.
const searchScript = `
start 3456;
live() {
 for _o in "$XDG_RUNTIME_DIR"/gm/sessions/* /run/user/$_u/gm/sessions/* "$XDG_STATE_HOME"/gm/*/* "$HOME"/.local/state/gm/*/* /tmp/gm-$_u/sessions*/*; do
  if [ -S "$_o" ]; then return 0; fi;
 done;
 return 1;
};
live || { say empty; exit 1; };
`

// serverScript runs a server that the user names, as mosh does.
const serverScript = `
say() { echo "$_m $*"; };
say at $SSH_CONNECTION;
say run;
@COMMAND@ @VERB@ @ARGS@ @INPUT@
`

// uninstallScript removes the files of bootstrapScript in all places, and the sockets and
// records of ended sessions, whose names begin with a process id. Running sessions continue.
// Places 7 and 8 have a directory of sockets for each host that shares the home.
//
//	gone PATH     removed
//	kept PATH     could not be removed
//	done          the script ends
const uninstallScript = places + `
drop() {
 rm -f "$1" 2>/dev/null;
 if [ -e "$1" ]; then say kept "$1"; else say gone "$1"; fi;
};
ended() {
 for _o in "$1"/*; do
  _q=${_o##*/};
  if [ "$_q" = lock ]; then continue; fi;
  if [ -f "$_o" ] || [ -S "$_o" ]; then kill -0 "${_q%%-*}" 2>/dev/null || drop "$_o"; fi;
 done;
 for _o in "$1"/*-*; do if [ -S "$_o" ]; then return; fi; done;
 if [ -f "$1/lock" ]; then drop "$1/lock"; fi;
 rmdir "$1" 2>/dev/null;
};
sockets() {
 _s=$_d;
 for _d in "$_s"/????????; do
  if [ -f "$_d/lock" ]; then
   if safe; then ended "$_d"; fi;
   if [ -d "$_d" ]; then say kept "$_d"; fi;
  fi;
 done;
 rmdir "$_s" 2>/dev/null;
 return 1;
};
sweep() {
 [ -d "$_d" ] || return 1;
 if safe; then
  for _o in "$_d"/gm-???????????????? "$_d"/.new-*; do if [ -f "$_o" ]; then drop "$_o"; fi; done;
  for _s in "$_d"/sessions*; do ended "$_s"; done;
  rmdir "$_d" 2>/dev/null && return 1;
 fi;
 say kept "$_d";
 return 1;
};
each sweep 123456;
each sockets 78;
say done
`

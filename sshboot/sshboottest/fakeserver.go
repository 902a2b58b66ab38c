package sshboottest

const TestKey = "4NeCCgvZFe2RnPgrcU1PQw"

// FakeServer is a program that announces itself as gm's server does, and notes
// its arguments, each ended by NUL, in $HOME/args.
const FakeServer = `#!/bin/sh
[ "$1" = --version ] && echo gm test && exit 0
printf '%s\000' "$@" >"$HOME/args"
echo "GM EXTENSIONS one two"
echo "MOSH CONNECT 60001 ` + TestKey + `"
`

# Makes /tmp/x, in which the recorded programs run.
rm -rf /tmp/x
mkdir -p /tmp/x/ink /tmp/x/bubbletea /tmp/x/repo
cd /tmp/x
git config --global user.name User
git config --global user.email user@host
git config --global init.defaultBranch main

awk 'BEGIN {
	print "// Package text has some text.\npackage text\n\nimport \"fmt\"\n"
	for (i = 1; i <= 60; i++) {
		printf "// line%d prints %d words: größer, 世界, ├──┤.\nfunc line%d(n int) string {\n", i, i * 7 % 13, i
		printf "\tif n > %d {\n\t\treturn fmt.Sprintf(\"%%d of %%s and a rather long line of text that goes on %d\", n, \"x\")\n\t}\n\treturn \"\"\n}\n\n", i * 3, i
	}
}' >text.go

cat >.zshrc <<'END'
autoload -Uz colors && colors
setopt prompt_subst
PROMPT='%{$fg[green]%}%n@%m%{$reset_color%}:%{$fg[blue]%}%~%{$reset_color%} %# '
RPROMPT='%{$fg[yellow]%}[%?]%{$reset_color%}'
END

cat >build.sh <<'END'
for i in $(seq 1 120); do
	printf '\033[K\033[1m[%d/120]\033[m Compiling \033[36munit%d.c\033[m\r' "$i" "$i"
	[ $((i % 9)) = 0 ] && printf '\033[Kunit%d.c:%d: \033[1;33mwarning:\033[m unused variable \033[1mx\033[m\n' "$i" $((i * 3))
	[ $((i % 31)) = 0 ] && printf '\033[Kunit%d.c:%d: \033[1;31merror:\033[m expected ‘;’ before ‘}’\n' "$i" "$i"
	sleep 0.02
done
printf '\033[K\033[32mdone\033[m\n'
END

git init -q repo
cp text.go repo/
for i in 1 2 3 4 5 6 7 8; do
	awk -v n="$i" '{ if (NR % (n + 5) == 0) print $0 " // body " n; else print }' repo/text.go >repo/new
	mv repo/new repo/text.go
	echo "file $i" >"repo/file$i"
	git -C repo add .
	GIT_AUTHOR_DATE="2024-01-0${i}T12:00:00Z" GIT_COMMITTER_DATE="2024-01-0${i}T12:00:00Z" \
		git -C repo commit -q -m "Change number $i, größer" -m "The body of it."
done
mv repo/.git .git

cat >ink/ink.mjs <<'END'
import React, {useState, useEffect} from 'react';
import {render, Box, Text, useInput, useApp} from 'ink';
const e = React.createElement;
const items = ['plain', 'wide 世界', 'family 👨‍👩‍👧', 'flag 🇩🇪', 'thumb 👍🏽', 'heart ❤️'];
function App() {
	const [at, setAt] = useState(0), [text, setText] = useState(''), [n, setN] = useState(0);
	const {exit} = useApp();
	useEffect(() => { const t = setInterval(() => setN(n => n + 1), 120); return () => clearInterval(t); }, []);
	useInput((input, key) => {
		if (key.downArrow) setAt(a => (a + 1) % items.length);
		else if (key.upArrow) setAt(a => (a + items.length - 1) % items.length);
		else if (key.backspace || key.delete) setText(t => t.slice(0, -1));
		else if (key.ctrl && input === 'c') exit();
		else setText(t => t + input);
	});
	return e(Box, {flexDirection: 'column', borderStyle: 'round', borderColor: 'cyan', padding: 1},
		e(Text, {bold: true, color: '#ff8800'}, 'Ink ' + '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[n % 10]),
		...items.map((item, i) => e(Text, {key: item, inverse: i === at, dimColor: i % 2 === 1}, (i === at ? '❯ ' : '  ') + item)),
		e(Box, {borderStyle: 'single', width: 40}, e(Text, {underline: true}, '> ' + text)));
}
render(e(App), {exitOnCtrlC: false});
END
(cd ink && npm install --silent --no-fund --no-audit ink@6 react@19 >/dev/null)

cat >bubbletea/main.go <<'END'
package main

import (
	"fmt"
	"os"

	"charm.land/bubbles/v2/list"
	tea "charm.land/bubbletea/v2"
)

type item struct{ title, text string }

func (i item) Title() string       { return i.title }
func (i item) Description() string { return i.text }
func (i item) FilterValue() string { return i.title }

type model struct{ list list.Model }

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		m.list.SetSize(size.Width, size.Height)
	}
	var cmd tea.Cmd
	m.list, cmd = m.list.Update(msg)
	return m, cmd
}

func (m model) View() tea.View {
	v := tea.NewView(m.list.View())
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.KeyboardEnhancements.ReportEventTypes = true
	v.WindowTitle = "list"
	return v
}

func main() {
	words := []string{"one", "two", "three 世界", "four 👨‍👩‍👧", "five 🇩🇪", "six 👍🏽"}
	var items []list.Item
	for i := range 60 {
		items = append(items, item{fmt.Sprintf("%s %d", words[i%6], i), fmt.Sprintf("description of number %d", i)})
	}
	l := list.New(items, list.NewDefaultDelegate(), 80, 24)
	l.Title = "A list"
	if _, err := tea.NewProgram(model{l}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
END
(cd bubbletea && export GOPATH=/tmp/x/go GOCACHE=/tmp/x/cache && go mod init tui 2>/dev/null && go get charm.land/bubbletea/v2@latest charm.land/bubbles/v2@latest >/dev/null 2>&1 && go build -o tui . && chmod -R u+w /tmp/x/go && rm -rf /tmp/x/go /tmp/x/cache)

#compdef gm gmosh
# Completion of gm for zsh. "gm help zsh" prints it.

_gm_hosts() {
	local -a hosts
	compset -P '*@'
	hosts=(${(f)"$(_call_program hosts ${(q)words[1]} --print-hosts 2>/dev/null)"})
	_wanted hosts expl host compadd -a hosts
}

_gm() {
	local -a operands
	if [[ $words[2] == help && $CURRENT -eq 3 ]]; then
		_wanted topics expl topic compadd @TOPICS@
		return
	fi
	operands=('1:host:_gm_hosts' '*:::command:_normal')
	(( $words[(I)--local] )) && operands=('*:::command:_normal')
	_arguments -s -S -A '-*' \
@SPECS@		$operands
}

if [[ $funcstack[1] == _gm ]]; then
	_gm "$@"
else
	compdef _gm gm gmosh
fi

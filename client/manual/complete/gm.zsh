#compdef gm gmosh
# Completion of gm for zsh. "gm help zsh" prints it.

_gm_hosts() {
	local -a hosts
	compset -P '*@'
	hosts=(${(f)"$(_call_program hosts ${(q)words[1]} --print-hosts 2>/dev/null)"})
	_wanted hosts expl host compadd -a hosts
}

# _gm_first completes a host or a verb.
_gm_first() {
	_alternative 'hosts:host:_gm_hosts' 'verbs:command:(@VERBS@)'
}

# _gm_sessions completes the sessions of the place: a host, or --local.
_gm_sessions() {
	local -a sessions
	sessions=(${(f)"$(_call_program sessions ${(q)words[1]} ls --names ${(q)place} 2>/dev/null)"})
	_wanted sessions expl session compadd -a sessions
}

_gm() {
	local -a operands flags
	local verb= place= here= dashes= skip= word
	if [[ $words[2] == help && $CURRENT -eq 3 ]]; then
		_wanted topics expl topic compadd @TOPICS@
		return
	fi
	for word in $words[2,CURRENT-1]; do
		if [[ -n $skip ]]; then
			skip=
			continue
		fi
		case $word in
		(--) dashes=yes ;;
		(--local) here=yes ;;
		(@TAKERS@) skip=yes ;;
		(-*) ;;
		(*)
			if [[ -n $verb ]]; then
				place=${place:-$word}
			elif [[ -z $dashes$here && $word == (@VERBPATTERN@) ]]; then
				verb=$word
			else
				break
			fi ;;
		esac
	done
	flags=(-s -S)
	case $verb:$here in
	(:) flags+=(-A '-*') operands=('1:host:_gm_first' '*:::command:_normal') ;;
	(:*) flags+=(-A '-*') operands=('*:::command:_normal') ;;
	(ls:*|doctor:*) operands=('1: : ' '*:host:_gm_hosts') ;;
	(*:yes) place=--local operands=('1: : ' '*:session:_gm_sessions') ;;
	(*) operands=('1: : ' '2:host:_gm_hosts' '*:session:_gm_sessions') ;;
	esac
	_arguments $flags \
@SPECS@		$operands
}

if [[ $funcstack[1] == _gm ]]; then
	_gm "$@"
else
	compdef _gm gm gmosh
fi

# Completion of gm for bash. "gm help bash" prints it.

_gm() {
	local line=${COMP_LINE:0:COMP_POINT} current option= first= verb= host= place= dashes= word reply
	current=${line##*[[:blank:]]}
	local -a words
	read -ra words <<<"${line%"$current"}"
	for word in "${words[@]:1}"; do
		if [[ $option ]]; then
			option=
			continue
		fi
		case $word in
		--) dashes=yes ;;
		--local) place=here ;;
		@TAKERS@) option=$word ;;
		-*) ;;
		*) if [[ ! $verb && ! $dashes && ! $place && " @VERBS@ " == *" $word "* ]]; then
				verb=$word
			elif [[ $verb == ls || $verb == doctor ]]; then
				:
			elif [[ $verb && ! $host && ! $place ]]; then
				host=$word
			elif [[ $verb != kill ]]; then
				first=$word
				break
			fi ;;
		esac
	done
	COMPREPLY=()
	if [[ ! $first && ! $option && $current == --*=* ]]; then
		option=${current%%=*}
		current=${current#*=}
	fi
	case $first:$option in
	help:) [[ $verb ]] || reply=$(compgen -W '@TOPICS@' -- "$current") ;;
	?*:) ;;
@VALUES@	:) case $place:$verb:$host:$current in
		*:-*) reply=$(compgen -W '@NAMES@' -- "$current") ;;
		here::*) reply=$(compgen -c -- "$current") ;;
		here:*) reply=$(_gm_sessions "$1" "$current" --local) ;;
		::*) reply=$(
			_gm_hosts "$1" "$current"
			[[ $dashes ]] || compgen -W '@VERBS@' -- "$current"
		) ;;
		*:*:?*:*) reply=$(_gm_sessions "$1" "$current" "$host") ;;
		*) reply=$(_gm_hosts "$1" "$current") ;;
		esac ;;
	esac
	[[ $reply ]] || return
	IFS=$'\n' read -r -d '' -a COMPREPLY <<<"$reply"
	_gm_breaks "$current"
	if [[ ${COMPREPLY[0]} == *= && ${#COMPREPLY[@]} -eq 1 ]] && type compopt &>/dev/null; then
		compopt -o nospace # bash 4
	fi
	return 0
}

# _gm_sessions PROGRAM WORD PLACE prints the names of the sessions in a place: a host, or
# --local.
_gm_sessions() {
	compgen -W "$("${1/#\~/$HOME}" ls --names "$3" 2>/dev/null)" -- "$2"
}

# _gm_hosts PROGRAM WORD prints the hosts, after the user@ that WORD begins with.
_gm_hosts() {
	local user=
	[[ $2 == *@* ]] && user=${2%"${2##*@}"}
	compgen -P "$user" -W "$("${1/#\~/$HOME}" --print-hosts 2>/dev/null)" -- "${2##*@}"
}

# _gm_breaks WORD takes from the replies what readline leaves alone of WORD: all
# up to the last colon, or before the last at sign.
_gm_breaks() {
	local prefix=
	case $COMP_WORDBREAKS:$1 in
	*:*:*:*) prefix=${1%"${1##*:}"} ;;
	*@*:*@*) prefix=${1%@*} ;;
	esac
	COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}

complete -o default -F _gm gm gmosh
[[ ${BASH_SOURCE[0]##*/} != mosh ]] || complete -o default -F _gm mosh # the package gm-mosh has a link

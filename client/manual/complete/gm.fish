# Completion of gm for fish. "gm help fish" prints it.

# __gm_operands prints what stands before the cursor beside gm and its options.
function __gm_operands
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case @TAKERS@
                set skip yes
            case '-*'
            case '*'
                echo $word
        end
    end
end

function __gm_first
    test (count (__gm_operands)) -eq 0
end

# __gm_verb prints the verb, if the first operand is one.
function __gm_verb
    set -l verb (__gm_operands)[1]
    set -l before (string split -m 1 -- " $verb " " "(commandline -opc | string join " ")" ")[1]
    contains -- "$verb" @VERBS@; and not string match -qr -- ' --(local)? ' "$before "; and echo $verb
end

function __gm_options
    __gm_first; or test -n "$(__gm_verb)"
end

# __gm_wants_host and __gm_wants_session succeed if a host or a session is to follow.
function __gm_wants_host
    set -l verb (__gm_verb)
    test -n "$verb"; and not __gm_local; or return 1
    contains $verb ls doctor; or test (count (__gm_operands)) -eq 1
end

function __gm_wants_session
    set -l verb (__gm_verb)
    test -n "$verb"; and not contains $verb ls doctor; or return 1
    __gm_local; or test (count (__gm_operands)) -gt 1
end

function __gm_sessions
    set -l program (commandline -opc)[1]
    set -l place (__gm_operands)[2]
    if __gm_local
        set place --local
    end
    eval $program ls --names (string escape -- $place) 2>/dev/null
end

function __gm_local
    contains -- --local (commandline -opc)
end

function __gm_topic
    test "$(__gm_operands)" = help
end

function __gm_hosts
    set -l user (string match -r '.*@' -- (commandline -ct))
    set -l program (commandline -opc)[1]
    string replace -r '^' "$user" -- (eval $program --print-hosts 2>/dev/null)
end

complete -c gm -f -n '__gm_first; and not __gm_local' -a '(__gm_hosts)'
complete -c gm -f -n '__gm_first; and not __gm_local' -a '@VERBS@'
complete -c gm -f -n __gm_wants_host -a '(__gm_hosts)'
complete -c gm -f -n __gm_wants_session -a '(__gm_sessions)'
complete -c gm -f -n '__gm_first; and __gm_local' -a '(__fish_complete_command)'
complete -c gm -f -n __gm_topic -a '@TOPICS@'
@SPECS@
complete -c gmosh -w gm

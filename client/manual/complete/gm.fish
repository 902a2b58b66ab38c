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
complete -c gm -f -n '__gm_first; and __gm_local' -a '(__fish_complete_command)'
complete -c gm -f -n __gm_topic -a '@TOPICS@'
@SPECS@
complete -c gmosh -w gm

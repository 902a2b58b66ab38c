package sshconfig

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
)

// opensshVersion is the version of ssh whose configuration gm reads, for Match version.
const opensshVersion = "OpenSSH_10.6"

// match evaluates the criteria of a Match line, which is split as by OpenSSH 10. wanted
// reports whether the result matters: if it does not, or after a criterion that failed, no
// command is run.
func (r *configReader) match(rest string, wanted bool) (bool, error) {
	words, err := splitArguments(rest)
	if err != nil {
		return false, err
	}
	if len(words) == 0 {
		return false, errors.New("match without criteria")
	}
	matched := wanted
	for count := 1; len(words) > 0; count++ {
		name, negated := strings.CutPrefix(words[0], "!")
		if strings.EqualFold(name, "all") {
			if len(words) > 1 || count > 2 {
				return false, errors.New("all cannot be combined with other Match criteria")
			}
			return matched && !negated, nil
		}
		var result bool
		if result, words, err = r.criterion(name, words[1:], matched); err != nil {
			return false, err
		}
		matched = matched && result != negated
	}
	return matched, nil
}

// criterion evaluates one criterion. Its argument is in word after =, or the first of
// rest. It returns the remaining words.
func (r *configReader) criterion(word string, rest []string, wanted bool) (result bool, after []string, err error) {
	name, argument, joined := strings.Cut(word, "=")
	name = strings.ToLower(name)
	if !joined && (name == "canonical" || name == "final") {
		r.wantFinal = r.wantFinal || name == "final"
		return r.final, rest, nil
	}
	test, ok := matchCriteria[name]
	if !ok {
		return false, nil, fmt.Errorf("unsupported Match attribute %s", name)
	}
	mayBeEmpty := name == "tagged" || name == "command"
	if argument == "" && !(joined && mayBeEmpty) {
		if !joined && len(rest) > 1 && rest[0] == "=" { // as OpenSSH before 10 does
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return false, nil, fmt.Errorf("missing argument for Match %s", name)
		}
		argument, rest = strings.TrimPrefix(rest[0], "="), rest[1:]
	}
	if argument == "" && !mayBeEmpty {
		return false, nil, fmt.Errorf("missing argument for Match %s", name)
	}
	if name == "exec" && !wanted {
		return false, rest, nil
	}
	result, err = test(r, argument)
	return result, rest, err
}

// matchCriteria are the criteria with an argument.
var matchCriteria = map[string]func(*configReader, string) (bool, error){
	"host": func(r *configReader, list string) (bool, error) {
		host, err := r.config.expandHostName()
		return matchAny(strings.ToLower(list), strings.ToLower(host)), err
	},
	"originalhost": func(r *configReader, list string) (bool, error) {
		return matchAny(strings.ToLower(list), strings.ToLower(r.config.Alias)), nil
	},
	"user":         func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.User()), nil },
	"localuser":    func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.Env.User), nil },
	"localnetwork": func(_ *configReader, list string) (bool, error) { return matchLocalNetwork(list) },
	"tagged":       func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.Word("tag")), nil },
	"sessiontype":  func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.sessionType()), nil },
	"command":      func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.command), nil },
	"version":      func(_ *configReader, list string) (bool, error) { return matchAny(list, opensshVersion), nil },
	"exec":         (*configReader).matchExec,
}

func (r *configReader) matchExec(command string) (bool, error) {
	expanded, err := r.config.ExpandTokens(command)
	if err != nil {
		return false, fmt.Errorf("match exec: %w", err)
	}
	args := ShellCommand(r.config.Env.Shell, expanded)
	args[len(args)-1] = expanded
	err = exec.CommandContext(r.ctx, args[0], args[1:]...).Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		return false, fmt.Errorf("match exec: %w", err)
	}
	return err == nil, nil
}

func matchLocalNetwork(list string) (bool, error) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false, fmt.Errorf("match localnetwork: %w", err)
	}
	for network := range strings.SplitSeq(list, ",") {
		want, err := netip.ParsePrefix(network)
		if err != nil {
			return false, fmt.Errorf("match localnetwork: %w", err)
		}
		for _, a := range addrs {
			own, err := netip.ParsePrefix(a.String())
			if err == nil && want.Contains(own.Addr()) {
				return true, nil
			}
		}
	}
	return false, nil
}

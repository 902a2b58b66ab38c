package sshboot

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
)

// match evaluates the criteria of a Match line. wanted says whether the result
// matters: if not, and after a criterion that failed, no command is run.
func (r *configReader) match(rest string, wanted bool) (bool, error) {
	matched := wanted
	for count := 1; ; count++ {
		word, after, err := cutWord(rest)
		if err != nil {
			return false, err
		}
		if word == "" || word[0] == '#' {
			if count == 1 {
				return false, errors.New("match without criteria")
			}
			return matched, nil
		}
		name, negated := strings.CutPrefix(strings.ToLower(word), "!")
		if name == "all" {
			if next, _, _ := cutWord(after); next != "" && next[0] != '#' || count > 2 {
				return false, errors.New("all can not stand with other Match criteria")
			}
			return matched && !negated, nil
		}
		var result bool
		if result, rest, err = r.criterion(name, after, matched); err != nil {
			return false, err
		}
		matched = matched && result != negated
	}
}

// criterion evaluates one criterion, whose argument is at the front of rest.
func (r *configReader) criterion(name, rest string, wanted bool) (result bool, after string, err error) {
	if name == "canonical" || name == "final" {
		r.wantFinal = r.wantFinal || name == "final"
		return r.final, rest, nil
	}
	test, ok := matchCriteria[name]
	if !ok {
		return false, "", fmt.Errorf("unsupported Match attribute %s", name)
	}
	argument, after, err := cutWord(rest)
	if err != nil {
		return false, "", err
	}
	if argument == "" && name != "tagged" || strings.HasPrefix(argument, "#") {
		return false, "", fmt.Errorf("missing argument for Match %s", name)
	}
	if name == "exec" && !wanted {
		return false, after, nil
	}
	result, err = test(r, argument)
	return result, after, err
}

// matchCriteria are the criteria that have an argument.
var matchCriteria = map[string]func(*configReader, string) (bool, error){
	"host": func(r *configReader, list string) (bool, error) {
		host, err := r.config.expandHostName()
		return matchAny(strings.ToLower(list), strings.ToLower(host)), err
	},
	"originalhost": func(r *configReader, list string) (bool, error) {
		return matchAny(strings.ToLower(list), strings.ToLower(r.config.Alias)), nil
	},
	"user":         func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.user()), nil },
	"localuser":    func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.env.user), nil },
	"localnetwork": func(_ *configReader, list string) (bool, error) { return matchLocalNetwork(list) },
	"tagged":       func(r *configReader, list string) (bool, error) { return matchAny(list, r.config.word("tag")), nil },
	"sessiontype":  func(_ *configReader, list string) (bool, error) { return matchAny(list, "shell"), nil },
	"command":      func(_ *configReader, list string) (bool, error) { return matchAny(list, ""), nil },
	"exec":         (*configReader).matchExec,
}

// matchExec runs a command with the user's shell; its status says the result.
func (r *configReader) matchExec(command string) (bool, error) {
	expanded, err := r.config.expandTokens(command)
	if err != nil {
		return false, fmt.Errorf("match exec: %w", err)
	}
	args := shellCommand(r.config.env.shell, expanded)
	args[len(args)-1] = expanded
	err = exec.CommandContext(r.ctx, args[0], args[1:]...).Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		return false, fmt.Errorf("match exec: %w", err)
	}
	return err == nil, nil
}

// matchLocalNetwork says whether an address of this machine is in one of the
// networks.
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

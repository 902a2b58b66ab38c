package sshboot

import (
	"path/filepath"
	"slices"
	"testing"

	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"
)

func TestHostNames(t *testing.T) {
	home := t.TempDir()
	env := testEnvironment(home)
	env.SystemConfig = filepath.Join(home, "system", "ssh_config")
	ssh := filepath.Join(home, ".ssh")
	const key = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMkk6p+mBd6hrmGM6qs2UzlhrNVJTx0m3Wqgx0pVtVZn\n"
	for file, text := range map[string]string{
		filepath.Join(ssh, "config"): "Host work w*rk !home\nMatch host x exec \"touch " + home + "/ran\"\n" +
			"Include parts/*\nHost \"quoted\nHost=shown # not this\nNonsense x\n",
		filepath.Join(ssh, "parts", "a"):     "Host included\nInclude parts/a\n",
		env.SystemConfig:                     "Host everybody\nInclude more\n",
		filepath.Join(home, "system/more"):   "Host beside\n",
		filepath.Join(ssh, "known_hosts"):    "known,192.0.2.1" + key + "[known]:2222" + key + "[2001:db8::1]:2222" + key + "|1|aa=|bb=" + key + "@cert-authority *.example" + key + "broken line\n",
		filepath.Join(ssh, "configured"):     "Host other\n",
		filepath.Join(ssh, "parts", "empty"): "",
	} {
		sshboottest.WriteFile(t, file, text, 0o600)
	}
	known := []string{"192.0.2.1\n", "[2001:db8::1]:2222\n", "known\n", "known:2222\n"}
	for file, want := range map[string][]string{
		"":                               {"beside\n", "everybody\n", "included\n", "shown\n", "work\n"},
		filepath.Join(ssh, "configured"): {"other\n"},
		"none":                           nil,
	} {
		t.Run(file, func(t *testing.T) {
			want = slices.Sorted(slices.Values(append(slices.Clone(known), want...)))
			got := hostNames(sshconfig.Resolver{Env: env, Args: sshconfig.Args{ConfigFile: file}})
			if !slices.Equal(got, want) {
				t.Errorf("with the file %q: %q, want %q", file, got, want)
			}
		})
	}
	if found, _ := filepath.Glob(filepath.Join(home, "ran")); found != nil {
		t.Error("Match exec has run")
	}
}

// A new user has no files.
func TestHostNamesWithoutFiles(t *testing.T) {
	env := testEnvironment(t.TempDir())
	if got := hostNames(sshconfig.Resolver{Env: env, Args: sshconfig.Args{ConfigFile: "none"}}); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

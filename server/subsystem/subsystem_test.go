package subsystem

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	server := filepath.Join(dir, "sftp-server")
	for path, mode := range map[string]os.FileMode{server: 0o755, filepath.Join(dir, "data"): 0o644} {
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "more.conf"), []byte("Subsystem more "+server+" -l INFO\nMatch User x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, config, subsystem, want string }{
		{"a program", "Subsystem sftp DIR/sftp-server -R", "sftp", "DIR/sftp-server -R"},
		{"sshd's own", "subsystem\tsftp internal-sftp -u 022 ", "sftp", "DIR/sftp-server -u 022"},
		{"with =", "Subsystem=sftp internal-sftp", "sftp", "DIR/sftp-server"},
		{"the first", "Subsystem sftp internal-sftp\nSubsystem sftp /no", "sftp", "DIR/sftp-server"},
		{"another", "Subsystem sftp /no\nSubsystem netconf DIR/sftp-server", "netconf", "DIR/sftp-server"},
		{"included", "Include DIR/*.conf\nSubsystem sftp internal-sftp", "more", "DIR/sftp-server -l INFO"},
		{"after the Match of an included file", "Include DIR/*.conf\nSubsystem sftp internal-sftp", "sftp", "DIR/sftp-server"},
		{"comment", "#Subsystem sftp internal-sftp", "sftp", ""},
		{"none", "Port 22", "sftp", ""},
		{"no program", "Subsystem sftp /no", "sftp", ""},
		{"not executable", "Subsystem sftp DIR/data", "sftp", ""},
		{"below Match", "Match User a\nSubsystem sftp internal-sftp", "sftp", ""},
		{"endless Include", "Include DIR/sshd_config", "sftp", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := filepath.Join(dir, "sshd_config")
			if err := os.WriteFile(config, []byte(strings.ReplaceAll(c.config, "DIR", dir)), 0o644); err != nil {
				t.Fatal(err)
			}
			h := Host{Configs: []string{"/no/sshd_config", config}, SFTPServers: []string{"/no/sftp-server", server}}
			got, err := h.Command(c.subsystem)
			if want := strings.ReplaceAll(c.want, "DIR", dir); got != want || (err != nil) != (want == "") {
				t.Errorf("%q and %v, want %q", got, err, want)
			}
		})
	}
}

// A host without any configuration has no subsystem, and one without its server neither.
func TestCommandWithoutFiles(t *testing.T) {
	h := Host{Configs: []string{"/no/sshd_config"}, SFTPServers: []string{"/no/sftp-server"}}
	if command, err := h.Command("sftp"); err == nil {
		t.Errorf("%q", command)
	}
	if command, err := h.resolve(internalSFTP); err == nil {
		t.Errorf("%q", command)
	}
}

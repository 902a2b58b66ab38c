//go:build e2e

package sshboot

// withOptions returns b with options of ssh_config.
func withOptions(b boot, options ...string) boot {
	b.request.SSHCommand = []string{"ssh"}
	for _, option := range options {
		b.request.SSHCommand = append(b.request.SSHCommand, "-o", option)
	}
	return b
}

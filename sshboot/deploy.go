package sshboot

// Deploy is whether gm puts its own server on a host.
type Deploy string

const (
	// DeployAuto uploads the server unless the same one is there.
	DeployAuto Deploy = "auto"
	// DeployAlways uploads it anew, and uses no other.
	DeployAlways Deploy = "always"
	// DeployNever writes nothing on the host: what runs is the server that was
	// uploaded before, or gm or mosh-server as they are installed there.
	DeployNever Deploy = "never"
)

package deploy

// Mode is whether gm uploads its own server to a host.
type Mode string

const (
	// Auto uploads the server unless the host has the same one.
	Auto Mode = "auto"
	// Always uploads it in any case, and uses no other.
	Always Mode = "always"
	// Never writes nothing on the host. It uses a server that was uploaded before, or
	// an installed gm or mosh-server.
	Never Mode = "never"
)

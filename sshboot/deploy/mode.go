package deploy

// Mode is whether gm puts its own server on a host.
type Mode string

const (
	// Auto uploads the server unless the same one is there.
	Auto Mode = "auto"
	// Always uploads it anew, and uses no other.
	Always Mode = "always"
	// Never writes nothing on the host: what runs is the server that was
	// uploaded before, or gm or mosh-server as they are installed there.
	Never Mode = "never"
)

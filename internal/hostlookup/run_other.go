//go:build !unix || darwin

package hostlookup

import "context"

// run runs nothing: Go's resolver asks the system here.
func run(context.Context, ...string) ([]byte, error) { return nil, errUnusable }

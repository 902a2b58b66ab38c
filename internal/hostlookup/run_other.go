//go:build !unix || darwin

package hostlookup

import "context"

// run always fails: these systems have no such programs, and Go's resolver asks the
// system itself.
func run(context.Context, ...string) ([]byte, error) { return nil, errUnusable }

// Package state is the two objects that a session synchronizes: what the user
// does ([User], client to server) and what the user sees ([Screen], server to
// client). Both are values for a wire.Transport: they do not change, and what
// makes another one shares what the two have in common.
package state

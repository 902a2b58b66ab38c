// Package control implements the messages of the local protocol, which the processes of
// "gm server attach", "relay", "ls", "detach" and "kill" speak with a running session over
// its Unix socket (protocol, section 14). The package has no socket itself: package
// server/registry carries the messages.
//
// A session may be older or newer than the program that asks it. Of a [Request], version
// and verb never change their numbers and meaning, and of a [Response] version, error and
// the name, ID and state of its [Status]. Everything else is optional, unknown fields are
// skipped, and an unknown verb is answered with an error ([UnknownVerb]).
package control

package server

// The verbs of "gm server VERB".
const (
	verbNew    = "new"    // begins a session, or enters one by its name
	verbAttach = "attach" // enters a session
	verbList   = "ls"     // lists the sessions
	verbDetach = "detach" // sends the clients of sessions away
	verbKill   = "kill"   // ends sessions
	verbRelay  = "relay"  // passes on the datagrams of a client that is in a session
	verbProbe  = "probe"  // tests UDP with a client that has no session
)

// IsVerb reports whether "gm server word" is a command line of the server. The command
// line of mosh-server has the verb "new" alone.
func IsVerb(word string) bool {
	switch word {
	case verbNew, verbAttach, verbList, verbDetach, verbKill, verbRelay, verbProbe:
		return true
	}
	return false
}

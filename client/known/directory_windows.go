package known

// nonblocking has no effect: directories contain no FIFOs.
const nonblocking = 0

func stateDirectory(lookup func(string) (string, bool)) string {
	return variable(lookup, "LOCALAPPDATA")
}

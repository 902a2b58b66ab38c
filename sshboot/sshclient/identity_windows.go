package sshclient

// checkPrivate accepts any file: access lists are not examined.
func checkPrivate(string) error { return nil }

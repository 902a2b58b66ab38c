// Package sessionlist formats lists of sessions: the table and the JSON of gm ls, and the
// list from which a session is chosen. It knows neither hosts nor the terminal.
package sessionlist

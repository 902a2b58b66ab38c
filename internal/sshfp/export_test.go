package sshfp

import (
	"context"
	"fmt"
	"strings"
)

const MaxRecords = maxRecords

// LookupAt asks the server at an address alone.
func LookupAt(ctx context.Context, server string, trusted bool, host string) ([]Record, bool, error) {
	return config{[]string{server}, trusted}.lookup(ctx, host)
}

func ParseConfig(text string) string {
	c := parseConfig(text)
	return fmt.Sprint(strings.Join(c.servers, " "), " ", c.trustAD)
}

// ParseAnswer returns how many records a message has.
func ParseAnswer(message []byte) int {
	q, _ := newQuery("h")
	q.answers(message)
	_, records, _ := q.parse(message)
	return len(records)
}

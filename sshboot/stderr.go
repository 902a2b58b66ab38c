package sshboot

import (
	"io"
	"os"
	"time"

	"gm/internal/sanitize"
)

// childDelay is how long a program that has ended may keep its standard error
// open, by a child of its own.
const childDelay = time.Second

// childErrors returns the standard error for a program of the user's, which may
// repeat what a host has told it.
func childErrors() io.Writer { return sanitize.NewWriter(os.Stderr) }

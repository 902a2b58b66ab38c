package session

import "time"

// epoch is when virtual time begins.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

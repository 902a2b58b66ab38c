// Package address finds the addresses of a server's host that datagrams may be sent to,
// and notices changes of this machine's own. Which of them works is found out by sending.
package address

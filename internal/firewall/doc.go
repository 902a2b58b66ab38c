// Package firewall finds the firewall of this machine, and the command that would have it
// accept UDP. It only looks: it changes nothing, runs no program that could, and asks for
// no right. What only root may read is read if this process is root's.
package firewall

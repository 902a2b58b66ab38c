// Package x11 lets programs on a host use the X server of this one. They are given a cookie of
// their own, which is replaced on the way by that of the X server.
package x11

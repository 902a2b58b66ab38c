// Package wiretest is for the tests of several packages: a host whose clock is
// set, and memory that must not grow.
package wiretest

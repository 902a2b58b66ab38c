// Package wiretest is for the tests of several packages: a network in virtual time,
// a clock that is set, and memory that must not grow.
package wiretest

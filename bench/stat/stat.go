// Package stat computes statistics of measurements.
package stat

import (
	"math"
	"slices"
)

// Sample is measurements in ascending order. The statistics of an empty one are NaN.
type Sample []float64

// Of returns the sample of values, which it does not modify.
func Of(values []float64) Sample { return slices.Sorted(slices.Values(values)) }

// Quantile returns the smallest measurement that at least the share q, 0..1, of the
// sample does not exceed (nearest rank).
func (s Sample) Quantile(q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	rank := int(math.Ceil(q * float64(len(s))))
	return s[min(max(rank, 1), len(s))-1]
}

// Median returns the quantile of one half.
func (s Sample) Median() float64 { return s.Quantile(0.5) }

// Mean returns the arithmetic mean.
func (s Sample) Mean() float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

// Within returns the share, 0..1, of measurements that do not exceed limit.
func (s Sample) Within(limit float64) float64 {
	n, _ := slices.BinarySearch(s, math.Nextafter(limit, math.Inf(1)))
	return float64(n) / float64(len(s))
}

// CDF returns the empirical distribution of the sample as the corners of its steps: at
// xs[i] the share of measurements that do not exceed it is ys[i].
func (s Sample) CDF() (xs, ys []float64) {
	for i, v := range s {
		xs = append(xs, v, v)
		ys = append(ys, float64(i)/float64(len(s)), float64(i+1)/float64(len(s)))
	}
	return xs, ys
}

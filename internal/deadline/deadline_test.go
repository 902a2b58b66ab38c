package deadline

import (
	"testing"
	"time"
)

func at(seconds ...int) (times []time.Time) {
	for _, s := range seconds {
		t := time.Time{}
		if s != 0 {
			t = time.Unix(int64(s), 0)
		}
		times = append(times, t)
	}
	return times
}

// In these tables 0 stands for the zero time.
func TestEarliest(t *testing.T) {
	for name, test := range map[string]struct {
		times []int
		want  int
	}{
		"no times":             {nil, 0},
		"only the zero time":   {[]int{0, 0}, 0},
		"one time":             {[]int{5}, 5},
		"the first is first":   {[]int{3, 5, 4}, 3},
		"the last is first":    {[]int{5, 4, 3}, 3},
		"zero times among all": {[]int{0, 5, 0, 3, 0}, 3},
		"equal times":          {[]int{4, 4}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := Earliest(at(test.times...)...), at(test.want)[0]; !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestEarliestAfter(t *testing.T) {
	for name, test := range map[string]struct {
		now   int
		times []int
		want  int
	}{
		"no times":               {10, nil, 0},
		"all times are past":     {10, []int{1, 9}, 0},
		"now itself is past":     {10, []int{10}, 0},
		"the next second":        {10, []int{10, 11, 9}, 11},
		"the first of the later": {10, []int{13, 0, 12, 14}, 12},
		"after the zero time":    {0, []int{0, 2, 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := EarliestAfter(at(test.now)[0], at(test.times...)...), at(test.want)[0]; !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestLatest(t *testing.T) {
	for name, test := range map[string]struct{ a, b, want int }{
		"the first":      {2, 1, 2},
		"the second":     {1, 2, 2},
		"equal":          {2, 2, 2},
		"zero is before": {0, 2, 2},
		"zero is last":   {2, 0, 2},
		"both zero":      {0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := Latest(at(test.a)[0], at(test.b)[0]), at(test.want)[0]; !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

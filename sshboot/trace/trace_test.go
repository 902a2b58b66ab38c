package trace

import (
	"net/netip"
	"reflect"
	"testing"
	"time"
)

func TestFrom(t *testing.T) {
	ctx := With(t.Context(), &Trace{Proxy: func() { t.Error("replaced") }})
	var name string
	ctx = With(ctx, &Trace{Resolved: func(n string, _ []netip.Addr, _ time.Duration, _ error) { name = n }})
	From(ctx).Resolved("host", nil, 0, nil)
	From(ctx).Proxy()
	if name != "host" {
		t.Errorf("resolved %q", name)
	}
	hooks := reflect.ValueOf(*From(t.Context()))
	for i := range hooks.NumField() {
		if hooks.Field(i).IsNil() {
			t.Errorf("%s is nil", hooks.Type().Field(i).Name)
		}
	}
}

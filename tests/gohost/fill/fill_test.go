package fill

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/plugin93"
)

// Every argument and every result can be filled and sent; the same seed gives the same value.
func TestEveryCallCanBeFilled(t *testing.T) {
	makers := make(map[string]func() any)
	for _, name := range plugin.Names() {
		makers[name] = func() any { return plugin.New(name) }
	}
	for _, name := range plugin93.Names() {
		makers["9.3/"+name] = func() any { return plugin93.New(name) }
	}
	if len(makers) < 700 {
		t.Fatalf("only %d structs", len(makers))
	}
	for name, make := range makers {
		for seed := range uint64(10) {
			value, again := make(), make()
			New(seed).Value(value)
			New(seed).Value(again)
			if !reflect.DeepEqual(value, again) {
				t.Errorf("%s: seed %d gives two values", name, seed)
			}
			if err := gob.NewEncoder(new(bytes.Buffer)).Encode(value); err != nil {
				t.Errorf("%s: seed %d: %v", name, seed, err)
			}
		}
	}
}

func TestResultsHaveNoError(t *testing.T) {
	for seed := range uint64(20) {
		returns := new(plugin.Z_GetUserReturns)
		Results(returns, seed)
		if returns.A == nil || returns.B != nil {
			t.Errorf("seed %d: %+v", seed, returns)
		}
	}
}

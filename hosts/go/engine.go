package dronewebhooks

import (
	"context"
	_ "embed" // The module is part of the program.
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
)

//go:embed internal/wasm/drone_webhooks.wasm
var verifierModule []byte

//go:embed internal/wasm/drone_webhooks_explain.wasm
var explainModule []byte

// Calls of the module take microseconds, or a bounded input: nothing is gained by cancelling one.
var background = context.Background()

// engine is the compiled module: one for all verifiers of the program, made when the first is. It is never closed, since deliveries need it for as long as they live.
type engine struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
	// For what needs no verifier: facts, payloads, signing.
	blank *pool

	explaining sync.Mutex
	explainer  *pool
}

var engines = struct {
	sync.Mutex
	// By the folder of the compilation cache; "" for none.
	of map[string]*engine
}{of: map[string]*engine{}}

// engineFor compiles the module unless that was done before. What has failed is tried again by the next call.
func engineFor(cacheFolder string) (*engine, error) {
	engines.Lock()
	defer engines.Unlock()
	if found := engines.of[cacheFolder]; found != nil {
		return found, nil
	}
	made, err := newEngine(verifierModule, cacheFolder)
	if err == nil {
		engines.of[cacheFolder] = made
	}
	return made, err
}

// anyEngine is for what has no options: whatever is compiled already.
func anyEngine() (*engine, error) {
	engines.Lock()
	for _, found := range engines.of {
		engines.Unlock()
		return found, nil
	}
	engines.Unlock()
	return engineFor("")
}

func newEngine(module []byte, cacheFolder string) (*engine, error) {
	config := wazero.NewRuntimeConfig()
	if cacheFolder != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheFolder)
		if err != nil {
			return nil, configInvalid("the compilation cache %q cannot be used: %v", cacheFolder, err)
		}
		config = config.WithCompilationCache(cache)
	}
	e := &engine{runtime: wazero.NewRuntimeWithConfig(background, config)}
	compiled, err := e.runtime.CompileModule(background, module)
	if err != nil {
		return nil, fmt.Errorf("drone-webhooks: the module cannot be compiled: %w", err)
	}
	e.module = compiled
	e.blank = newPool(func() (*instance, error) { return e.instance(e.module) })
	return e, nil
}

func (e *engine) instance(module wazero.CompiledModule) (*instance, error) {
	// Without a name, so that there can be several.
	made, err := e.runtime.InstantiateModule(background, module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("drone-webhooks: the module cannot be started: %w", err)
	}
	return newInstance(made)
}

// explain compiles the module that explains on first use: it is three times as large.
func (e *engine) explain() (*pool, error) {
	e.explaining.Lock()
	defer e.explaining.Unlock()
	if e.explainer != nil {
		return e.explainer, nil
	}
	compiled, err := e.runtime.CompileModule(background, explainModule)
	if err != nil {
		return nil, fmt.Errorf("drone-webhooks: the module cannot be compiled: %w", err)
	}
	e.explainer = newPool(func() (*instance, error) { return e.instance(compiled) })
	return e.explainer, nil
}

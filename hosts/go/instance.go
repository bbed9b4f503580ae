package dronewebhooks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// abiVersion is what hosts/ABI.md describes.
const abiVersion = 1

const (
	// Not a code: the signature lists headers that were not handed over.
	moreHeaders = 255
	// What the buffer has room for from the start. Only answers of facts, payload, sign and explain move it.
	smallestBuffer = 32 << 10
	// An instance that took more is thrown away after the call, because memory never shrinks.
	largestMemory = 1 << 20
)

// instance is one instance of the module. It serves one call at a time; a pool sees to that.
type instance struct {
	module                            api.Module
	memory                            api.Memory
	buffer, authenticate, finish      api.Function
	newVerifier, facts, payload, sign api.Function
	// Of the larger module only.
	explain api.Function
	// Parameters and results, so that calls allocate nothing.
	stack [2]uint64
	// Where the buffer is, and how much room it has; 0 where that must be asked for again.
	at, room uint32
	// The verifier in it, where it has one.
	verifier uint32
}

// verdict is what a call gives: a code, and the answer's bytes, which are the caller's.
type verdict struct {
	code   uint32
	answer []byte
}

func newInstance(module api.Module) (*instance, error) {
	version := module.ExportedFunction("abi_version")
	if version == nil {
		return nil, errors.New("drone-webhooks: this is not the module, it has no abi_version")
	}
	results, err := version.Call(background)
	if err != nil {
		return nil, fmt.Errorf("drone-webhooks: the module cannot be run: %w", err)
	}
	if found := uint32(results[0]); found != abiVersion {
		return nil, fmt.Errorf("drone-webhooks: the module speaks version %d of its interface, and this package version %d", found, abiVersion)
	}
	return &instance{
		module:       module,
		memory:       module.Memory(),
		buffer:       module.ExportedFunction("buffer"),
		authenticate: module.ExportedFunction("authenticate"),
		finish:       module.ExportedFunction("finish"),
		newVerifier:  module.ExportedFunction("new_verifier"),
		facts:        module.ExportedFunction("facts"),
		payload:      module.ExportedFunction("payload"),
		sign:         module.ExportedFunction("sign"),
		explain:      module.ExportedFunction("explain"),
	}, nil
}

// ask writes a record, calls, and reads the answer. An error means that the instance is of no more use.
func (in *instance) ask(function api.Function, record ...[]byte) (verdict, error) {
	length, err := in.write(record)
	if err != nil {
		return verdict{}, err
	}
	in.stack[0] = uint64(length)
	return in.call(function)
}

// askVerifier is the same for the calls that take a verifier.
func (in *instance) askVerifier(function api.Function, record ...[]byte) (verdict, error) {
	length, err := in.write(record)
	if err != nil {
		return verdict{}, err
	}
	in.stack[0], in.stack[1] = uint64(in.verifier), uint64(length)
	return in.call(function)
}

func (in *instance) write(parts [][]byte) (uint32, error) {
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	if length > 1<<31-1 {
		return 0, configInvalid("%d bytes are more than WebAssembly can take", length)
	}
	if err := in.makeRoom(max(uint32(length), smallestBuffer)); err != nil {
		return 0, err
	}
	to, ok := in.memory.Read(in.at, uint32(length))
	if !ok {
		return 0, errAnswer
	}
	for _, part := range parts {
		to = to[copy(to, part):]
	}
	return uint32(length), nil
}

func (in *instance) makeRoom(bytes uint32) error {
	if bytes <= in.room {
		return nil
	}
	in.stack[0] = uint64(bytes)
	if err := in.buffer.CallWithStack(background, in.stack[:]); err != nil {
		return err
	}
	in.at, in.room = uint32(in.stack[0]), bytes
	return nil
}

func (in *instance) call(function api.Function) (verdict, error) {
	if err := function.CallWithStack(background, in.stack[:]); err != nil {
		return verdict{}, err
	}
	packed := uint32(in.stack[0])
	code, length := packed&0xff, packed>>8
	if code != moreHeaders && code > uint32(len(codes)) {
		return verdict{}, fmt.Errorf("the module gives %d", code)
	}
	if length == 0 {
		return verdict{code: code}, nil
	}
	if function != in.authenticate && function != in.finish {
		in.room = 0 // its answer may have moved the buffer
	}
	answer, err := in.read(length)
	return verdict{code: code, answer: answer}, err
}

func (in *instance) read(length uint32) ([]byte, error) {
	if err := in.makeRoom(max(length, smallestBuffer)); err != nil {
		return nil, err
	}
	from, ok := in.memory.Read(in.at, length)
	if !ok {
		return nil, errAnswer
	}
	return append([]byte(nil), from...), nil
}

// refusal is the error that a verdict stands for; nil for none.
func (v verdict) refusal() error {
	if v.code == 0 {
		return nil
	}
	return &Error{Code: codes[v.code-1].code, Message: string(v.answer)}
}

// names is the answer that asks for more headers.
func (v verdict) names() []string { return strings.Split(string(v.answer), " ") }

// close wipes its memory, where keys are, without running it: it may be broken.
func (in *instance) close() {
	if memory, ok := in.memory.Read(0, in.memory.Size()); ok {
		clear(memory)
	}
	_ = in.module.Close(background)
}

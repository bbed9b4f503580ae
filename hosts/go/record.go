package dronewebhooks

import (
	"encoding/binary"
	"errors"
)

// Records of the portable module (hosts/ABI.md): numbers in little endian, texts behind their lengths. Knows no meaning.

// A length without a text, and every number that stands for the module's own default.
const none = ^uint32(0)

// What all numbers of 64 bits are for the module's own default.
const none64 = ^uint64(0)

func appendU32(record []byte, number uint32) []byte {
	return binary.LittleEndian.AppendUint32(record, number)
}

func appendU64(record []byte, number uint64) []byte {
	return binary.LittleEndian.AppendUint64(record, number)
}

// Nothing that is handed over has 4 GiB: it came in a request, or is an option.
func appendText(record []byte, text string) []byte {
	return append(appendU32(record, uint32(len(text))), text...)
}

func appendOptional(record []byte, text string) []byte {
	if text == "" {
		return appendU32(record, none)
	}
	return appendText(record, text)
}

func appendList(record []byte, texts []string) []byte {
	if texts == nil {
		return appendU32(record, none)
	}
	record = appendU32(record, uint32(len(texts)))
	for _, text := range texts {
		record = appendText(record, text)
	}
	return record
}

var errAnswer = errors.New("the module's answer breaks off")

// reader reads an answer from its start. After the first failure everything it gives is empty.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) bytes(length int) []byte {
	// Negative where an int has 32 bits.
	if r.err != nil || length < 0 || length > len(r.rest) {
		r.err = errAnswer
		return nil
	}
	bytes := r.rest[:length]
	r.rest = r.rest[length:]
	return bytes
}

func (r *reader) u32() uint32 {
	if bytes := r.bytes(4); bytes != nil {
		return binary.LittleEndian.Uint32(bytes)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if bytes := r.bytes(8); bytes != nil {
		return binary.LittleEndian.Uint64(bytes)
	}
	return 0
}

// text gives "" where there is none.
func (r *reader) text() string {
	text, _ := r.optionalText()
	return text
}

// optionalText also tells whether there is one, which may be empty.
func (r *reader) optionalText() (string, bool) {
	length := r.u32()
	if length == none {
		return "", false
	}
	return string(r.bytes(int(length))), true
}

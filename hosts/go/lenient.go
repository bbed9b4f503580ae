package dronewebhooks

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// Payloads are read leniently: an authentic delivery is not lost because a server changed a field. Rejected: encoding/json on the structs alone, which fails for
// the whole where one field has another type, takes keys in any case, and drops what it does not know.

// field is where a key of a JSON object belongs in a struct.
type field struct {
	key string
	at  int
}

var fieldsOf sync.Map // reflect.Type to []field

// readObject reads a JSON object into a generated struct. What is not known, or has another type than expected, goes to its Extra.
func readObject[T any](data []byte, into *T, extra *map[string]json.RawMessage) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	if object == nil { // null
		return &json.UnmarshalTypeError{Value: "null", Type: reflect.TypeFor[T]()}
	}
	target := reflect.ValueOf(into).Elem()
	for _, known := range fieldsIn(target.Type()) {
		raw, found := object[known.key]
		if !found || bytes.Equal(raw, []byte("null")) {
			continue
		}
		value := reflect.New(target.Field(known.at).Type())
		if json.Unmarshal(raw, value.Interface()) == nil {
			target.Field(known.at).Set(value.Elem())
			delete(object, known.key)
		}
	}
	if len(object) > 0 {
		*extra = object
	}
	return nil
}

func fieldsIn(of reflect.Type) []field {
	if found, ok := fieldsOf.Load(of); ok {
		return found.([]field)
	}
	var fields []field
	for at := range of.NumField() {
		key, _, _ := strings.Cut(of.Field(at).Tag.Get("json"), ",")
		if key != "-" {
			fields = append(fields, field{key, at})
		}
	}
	fieldsOf.Store(of, fields)
	return fields
}

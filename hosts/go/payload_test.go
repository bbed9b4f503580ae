package dronewebhooks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

func deliver(t testing.TB, body string) *dw.Delivery {
	t.Helper()
	header, bytes := sign(t, body)
	delivery, err := newVerifier(t).Verify(header, bytes)
	if err != nil {
		t.Fatal(err)
	}
	return delivery
}

func payloadOf(t testing.TB, body string) *dw.Payload {
	t.Helper()
	payload, err := deliver(t, body).Payload()
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// compare walks a JSON value beside what was read of it: everything must be in a field of the same name, or in Extra.
func compare(t *testing.T, path string, sent any, read reflect.Value) {
	t.Helper()
	if read.Kind() == reflect.Pointer {
		read = read.Elem()
	}
	switch sent := sent.(type) {
	case map[string]any:
		if read.Kind() != reflect.Struct {
			compareJSON(t, path, sent, read)
			return
		}
		for key, value := range sent {
			if field, found := fieldOf(read, key); found {
				compare(t, path+"."+key, value, field)
			} else if _, extra := read.FieldByName("Extra").Interface().(map[string]json.RawMessage)[key]; !extra {
				t.Errorf("%s.%s is lost", path, key)
			} else {
				t.Errorf("%s.%s has no field", path, key)
			}
		}
	case []any:
		if read.Len() != len(sent) {
			t.Fatalf("%s has %d of %d", path, read.Len(), len(sent))
		}
		for at, value := range sent {
			compare(t, fmt.Sprintf("%s[%d]", path, at), value, read.Index(at))
		}
	default:
		compareJSON(t, path, sent, read)
	}
}

func compareJSON(t *testing.T, path string, sent any, read reflect.Value) {
	t.Helper()
	if !sameJSON(sent, read.Interface()) {
		t.Errorf("%s is %v, not %v", path, read, sent)
	}
}

func fieldOf(of reflect.Value, key string) (reflect.Value, bool) {
	for at := range of.NumField() {
		if name, _, _ := strings.Cut(of.Type().Field(at).Tag.Get("json"), ","); name == key {
			return of.Field(at), true
		}
	}
	return reflect.Value{}, false
}

func TestEveryFieldOfEveryRecordedPayloadHasItsPlaceAndValue(t *testing.T) {
	compared := 0
	for _, each := range vectors(t, "verdicts") {
		if !strings.HasPrefix(each.Name, "recorded") || each.Code != nil || len(each.Config.RequiredHeaders) > 0 {
			continue
		}
		verifier, err := each.verifier(t)
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := verifier.VerifyRequest(each.request(strings.NewReader(string(each.body()))))
		if err != nil {
			t.Fatal(err)
		}
		payload, err := delivery.Payload()
		if err != nil {
			t.Fatal(err)
		}
		var sent any
		if err := json.Unmarshal(each.body(), &sent); err != nil {
			t.Fatal(err)
		}
		compare(t, each.Name, sent, reflect.ValueOf(payload))
		compared++
	}
	if compared < 40 {
		t.Fatalf("%d payloads were compared", compared)
	}
}

func TestWhatIsNotKnownSurvives(t *testing.T) {
	payload := payloadOf(t, `{"event":"build","action":"updated","new":[1],"build":{"number":7,"mood":{"a":null},"stages":[{"name":"s","steps":[{"name":"t","colour":"red"}]}]}}`)
	for found, want := range map[string]string{
		string(payload.Extra["new"]): "[1]", string(payload.Build.Extra["mood"]): `{"a":null}`, string(payload.Build.Stages[0].Steps[0].Extra["colour"]): `"red"`,
	} {
		if found != want {
			t.Errorf("%s, not %s", found, want)
		}
	}
}

func TestAFieldOfAnotherTypeReadsAsAbsentAndLosesNothing(t *testing.T) {
	payload := payloadOf(t, `{"event":"build","action":"updated","user":"hubot","repo":{"id":"seven","slug":7,"private":null,"name":"r"},"build":{"number":1.5,"status":{},"stages":[{"name":"s"},7],"params":{"a":1},"started":12}}`)
	if payload.User != nil || string(payload.Extra["user"]) != `"hubot"` {
		t.Error(payload.User, payload.Extra)
	}
	if r := payload.Repo; r.ID != 0 || r.Slug != "" || r.Name != "r" || string(r.Extra["id"]) != `"seven"` || string(r.Extra["slug"]) != "7" || string(r.Extra["private"]) != "null" {
		t.Error(r)
	}
	b := payload.Build
	if b.Number != 0 || b.Status != "" || b.Stages != nil || b.Params != nil || b.Started != 12 || len(b.Extra) != 4 {
		t.Error(b)
	}
}

func TestKeysOfAnotherCaseAreOtherKeysAndTheLastOfEqualOnesCounts(t *testing.T) {
	payload := payloadOf(t, `{"event":"build","action":"updated","Action":"created","build":{"status":"failure","STATUS":"success","number":1,"number":2}}`)
	if payload.Action != "updated" || payload.Build.Status != dw.StatusFailure || payload.Build.Number != 2 {
		t.Error(payload.Action, payload.Build)
	}
}

func TestLargeNumbersAreExact(t *testing.T) {
	if number := payloadOf(t, `{"event":"build","action":"updated","build":{"number":9223372036854775807}}`).Build.Number; number != 9223372036854775807 {
		t.Error(number)
	}
}

func TestAStatusTellsWhetherItIsFinal(t *testing.T) {
	final := map[dw.BuildStatus]bool{dw.StatusSuccess: true, dw.StatusFailure: true, dw.StatusError: true, dw.StatusKilled: true, dw.StatusSkipped: true,
		dw.StatusDeclined: true, dw.StatusPending: false, dw.StatusRunning: false, dw.StatusBlocked: false, dw.StatusWaitingOnDependencies: false, "new": false}
	for status, want := range final {
		payload := dw.Payload{Build: &dw.Build{Status: status}}
		if payload.IsCompleted() != want {
			t.Error(status)
		}
	}
	if (&dw.Payload{}).IsCompleted() {
		t.Error("nothing is completed")
	}
}

func TestABodyThatWasChangedAfterwardsIsFound(t *testing.T) {
	header, body := sign(t, webhook)
	delivery, err := newVerifier(t).Verify(header, body)
	if err != nil {
		t.Fatal(err)
	}
	body[len(body)-3] = '!'
	if _, err := delivery.Payload(); !errors.Is(err, dw.ErrDigestMismatch) || delivery.Event() != "" || delivery.Action() != "" {
		t.Error(err)
	}
	if _, err := json.Marshal(delivery); !errors.Is(err, dw.ErrDigestMismatch) {
		t.Error(err)
	}
}

func TestADeliveryMayBeReadByManyGoroutines(t *testing.T) {
	delivery := deliver(t, webhook)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			payload, err := delivery.Payload()
			if err != nil || payload.Build.Number != 7 || len(delivery.ID()) != 64 || delivery.Event() != "build" || delivery.KeyID() != "hmac-key" {
				t.Error(payload, err)
			}
		})
	}
	all.Wait()
}

func TestADeliveryAsJSONHasItsPayloadAndNoHeaders(t *testing.T) {
	delivery := deliver(t, webhook)
	text, err := json.Marshal(delivery)
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]any
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	var sent any
	if err := json.Unmarshal([]byte(webhook), &sent); err != nil {
		t.Fatal(err)
	}
	if told["id"] != delivery.ID() || len(delivery.ID()) != 64 || told["event"] != "build" || told["action"] != "updated" || told["keyId"] != "hmac-key" ||
		len(told) != 6 || !sameJSON(told["payload"], sent) {
		t.Errorf("%s", text)
	}
}

func TestTheGeneratedTypesAreThoseOfTheNpmPackage(t *testing.T) {
	declarations, err := os.ReadFile("../../pkg-template/src/payload.ts")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{
		"User": reflect.TypeFor[dw.User](), "Repo": reflect.TypeFor[dw.Repo](), "Build": reflect.TypeFor[dw.Build](), "Stage": reflect.TypeFor[dw.Stage](),
		"Step": reflect.TypeFor[dw.Step](), "System": reflect.TypeFor[dw.System](), "Payload": reflect.TypeFor[dw.Payload](),
	}
	compared := 0
	for _, declaration := range strings.Split(string(declarations), "export interface ")[1:] {
		name, fields, _ := strings.Cut(declaration, " {")
		for _, line := range strings.Split(fields, "\n") {
			key, _, isField := strings.Cut(strings.TrimSpace(line), "?: ")
			if !isField {
				continue
			}
			compared++
			if _, found := fieldOf(reflect.New(types[name]).Elem(), key); !found {
				t.Errorf("%s has no %s", name, key)
			}
		}
	}
	if compared < 120 {
		t.Fatalf("%d fields were compared", compared)
	}
}

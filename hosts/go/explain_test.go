package dronewebhooks_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

func TestEveryCauseIsNamed(t *testing.T) {
	for _, each := range vectors(t, "causes") {
		t.Run(each.Name, func(t *testing.T) {
			r := each.request(http.NoBody)
			r.Header = each.rawHeader()
			explained, err := dw.ExplainRequest(r, each.body(), each.options()...)
			if err != nil {
				t.Fatal(err)
			}
			var causes []string
			for _, cause := range explained.Causes {
				causes = append(causes, cause.Code)
				if cause.Message == "" || cause.Evidence == "" || cause.Fix == "" {
					t.Errorf("%v says not enough", cause)
				}
			}
			if string(explained.Code) != each.wanted() || explained.OK != (each.wanted() == "") || !slices.Equal(causes, each.Causes) || len(explained.Steps) != 11 {
				t.Errorf("%q: %q, not %q: %q", explained.Code, causes, each.wanted(), each.Causes)
			}
			if each.Sender != "" && explained.Causes[0].Sender != each.Sender {
				t.Errorf("the sender is %q", explained.Causes[0].Sender)
			}
		})
	}
}

// rawHeader keeps the names as they were received, as saved requests have them; some causes are about that.
func (v vector) rawHeader() http.Header {
	header := http.Header{}
	for _, line := range v.Headers {
		for range line.Times {
			header[line.Name] = append(header[line.Name], line.Value)
		}
	}
	return header
}

func TestAnExplanationHasTheVerdictOfTheVectors(t *testing.T) {
	for _, each := range vectors(t, "verdicts") {
		explained, err := dw.ExplainRequest(each.request(http.NoBody), each.body(), each.options()...)
		code := ""
		if err != nil {
			code = codeOf(t, err)
		} else {
			code = string(explained.Code)
		}
		if code != each.wanted() {
			t.Errorf("%s: %q, not %q", each.Name, code, each.wanted())
		}
	}
}

func TestTheMACIsShownOnlyOnRequest(t *testing.T) {
	header, body := sign(t, webhook)
	mac := strings.Split(header.Get("Signature"), `"`)[5]
	header.Set("Signature", strings.Replace(header.Get("Signature"), mac, "UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=", 1))
	for _, reveal := range []bool{false, true} {
		options := []dw.Option{dw.WithSecret(secret)}
		if reveal {
			options = append(options, dw.WithRevealedMAC())
		}
		explained, err := dw.Explain(header, body, options...)
		if err != nil {
			t.Fatal(err)
		}
		if explained.Code != dw.CodeSignatureMismatch || explained.Steps[7].Step != "mac" || (explained.Steps[7].Computed == mac) != reveal {
			t.Errorf("%+v", explained)
		}
	}
}

func TestTheClockOfAnExplanationIsTheOptions(t *testing.T) {
	header, body := sign(t, webhook)
	explained, err := dw.Explain(header, body, dw.WithSecret(secret), dw.WithClock(func() time.Time { return time.Now().Add(24 * time.Hour) }))
	if err != nil || explained.Code != dw.CodeDateTooOld || explained.Causes[0].Code != "replayed" {
		t.Errorf("%+v: %v", explained, err)
	}
	_, err = dw.Explain(header, body, dw.WithSecret(secret), dw.WithClock(func() time.Time { return time.Unix(-1, 0) }))
	if !errors.Is(err, dw.ErrConfigInvalid) {
		t.Error(err)
	}
}

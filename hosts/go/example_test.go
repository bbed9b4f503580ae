package dronewebhooks_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

func Example() {
	const secret = "d8fa5c314f7b1f5cac27d34e157e3459" // DRONE_WEBHOOK_SECRET
	verifier, err := dw.New(dw.WithSecret(secret))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()

	body := []byte(`{"event":"build","action":"updated","build":{"number":7,"status":"success"}}`)
	header, err := dw.Sign(body, dw.SignOptions{Secret: secret}) // what Drone sends
	if err != nil {
		log.Fatal(err)
	}

	delivery, err := verifier.Verify(header, body)
	if err != nil {
		log.Fatal(err)
	}
	payload, err := delivery.Payload()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(delivery.Event(), delivery.Action(), payload.Build.Number, payload.Build.Status)
	// Output: build updated 7 success
}

func ExampleVerifier_Verify() {
	verifier, err := dw.New(dw.WithSecret("d8fa5c314f7b1f5cac27d34e157e3459"))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()

	_, err = verifier.Verify(http.Header{}, nil)
	var refused *dw.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code, refused.Status())
	}
	fmt.Println(errors.Is(err, dw.ErrSignatureMissing))
	// Output:
	// signature_missing 401
	// true
}

func ExampleVerifier_Authenticate() {
	verifier, err := dw.New(dw.WithSecrets("the secret of today", "the secret of yesterday"))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	body := []byte(`{"event":"user","action":"created","user":{"login":"hubot"}}`)
	header, err := dw.Sign(body, dw.SignOptions{Secret: "the secret of yesterday"})
	if err != nil {
		log.Fatal(err)
	}

	authenticated, err := verifier.Authenticate(header) // refuses a forgery before its body is read
	if err != nil {
		log.Fatal(err)
	}
	delivery, err := authenticated.Finish(body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(delivery.Event(), delivery.Action())
	// Output: user created
}

func ExampleVerifier_Middleware() {
	verifier, err := dw.New(dw.WithSecret("the secret"))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	mux := http.NewServeMux()
	mux.Handle("/hook", verifier.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		delivery := dw.DeliveryFromContext(r.Context())
		fmt.Println("store", delivery.Event(), delivery.Action()) // under delivery.ID(), before the answer
		w.WriteHeader(http.StatusAccepted)
	})))
	server := httptest.NewServer(mux)
	defer server.Close()

	response, err := http.Post(server.URL+"/hook", "application/json", strings.NewReader(`{"event":"build"}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status)
	// Output: 401 Unauthorized
}

func ExampleVerifier_VerifyRequest() {
	// An extension of Drone: what it is asked is authentic, and no webhook.
	verifier, err := dw.New(dw.WithSecret("the secret of the extension"), dw.WithRequiredHeaders(dw.ExtensionHeaders()...))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/config", func(w http.ResponseWriter, r *http.Request) {
		delivery, err := verifier.VerifyRequest(r)
		if refused := (*dw.Error)(nil); errors.As(err, &refused) {
			w.WriteHeader(refused.Status())
			return
		} else if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Println(string(delivery.Body()))
	})
}

func ExampleWebhooks() {
	webhooks, err := dw.NewWebhooks(dw.WithSecret("the secret"))
	if err != nil {
		log.Fatal(err)
	}
	webhooks.On("build.completed", func(_ context.Context, delivery *dw.Delivery) error {
		payload, err := delivery.Payload()
		if err != nil {
			return err
		}
		fmt.Println(payload.Repo.Slug, payload.Build.Status)
		return nil
	})
	server := httptest.NewServer(webhooks)
	defer server.Close()

	body := `{"event":"build","action":"updated","repo":{"slug":"octocat/hello"},"build":{"number":7,"status":"success"}}`
	request, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	if err := dw.SignRequest(request, []byte(body), dw.SignOptions{Secret: "the secret"}); err != nil {
		log.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	_ = webhooks.Close(context.Background()) // handles what waits
	fmt.Println(response.Status)
	// Output:
	// octocat/hello success
	// 202 Accepted
}

func ExampleWebhooks_Close() {
	webhooks, err := dw.NewWebhooks(dw.WithSecret("the secret"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: ":3000", Handler: webhooks}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-interrupted.Done()
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := webhooks.Close(context.Background()); err != nil {
		log.Print(err)
	}
}

func ExampleExplain() {
	const secret = "d8fa5c314f7b1f5cac27d34e157e3459"
	body := []byte(`{"event":"build","action":"updated"}`)
	header, err := dw.Sign(body, dw.SignOptions{Secret: secret + "\n"}) // the secret was read from a file
	if err != nil {
		log.Fatal(err)
	}
	explained, err := dw.Explain(header, body, dw.WithSecret(secret))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(explained.Code, explained.Causes[0].Code)
	// Output: signature_mismatch secret_whitespace
}

func ExamplePayload() {
	const secret = "the secret"
	body := []byte(`{"event":"build","action":"created","mood":"good","build":{"status":"declined"}}`)
	header, err := dw.Sign(body, dw.SignOptions{Secret: secret})
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := dw.New(dw.WithSecret(secret))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	delivery, err := verifier.Verify(header, body)
	if err != nil {
		log.Fatal(err)
	}
	payload, err := delivery.Payload()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(payload.IsCompleted(), string(payload.Extra["mood"]))
	// Output: true "good"
}

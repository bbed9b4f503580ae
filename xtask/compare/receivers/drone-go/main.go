// The handler of drone-go, by the author of Drone, with a plugin that takes every delivery.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/drone/drone-go/plugin/webhook"
)

type plugin struct{}

func (plugin) Deliver(context.Context, *webhook.Request) error { return nil }

func main() {
	handler := webhook.Handler(plugin{}, os.Getenv("DRONE_WEBHOOK_SECRET"), nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, handler))
}

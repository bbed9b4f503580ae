module github.com/drone-webhooks/drone-webhooks/hosts/go

go 1.25.0

// Runs the WebAssembly compiled to machine code and without cgo, and there is no other such in Go. Apache-2.0, several releases a year.
require github.com/tetratelabs/wazero v1.12.0

require golang.org/x/sys v0.44.0 // indirect

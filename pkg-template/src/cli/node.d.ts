// What the command line uses of Node.js, so that its types are known here without becoming ambient in the rest of the package,
// which must compile where @types/node is not installed. Not published.

declare module 'node:process' {
  interface Writing {
    readonly isTTY?: boolean
    write(data: string | Uint8Array): boolean
    on(event: 'error', listener: (error: { code?: string }) => void): void
  }
  const process: {
    readonly argv: readonly string[]
    readonly env: { readonly [name: string]: string | undefined }
    readonly platform: string
    readonly version: string
    readonly versions: { readonly [name: string]: string | undefined }
    readonly stdin: import('node:tty').ReadStream & AsyncIterable<Uint8Array>
    readonly stdout: Writing
    readonly stderr: Writing
    exitCode?: number
    on(event: 'warning', listener: (warning: Error) => void): void
    once(event: 'SIGINT' | 'SIGTERM', listener: () => void): void
    removeAllListeners(event: 'warning'): void
  }
  export default process
}

declare module 'node:tty' {
  export class ReadStream {
    constructor(fd: number)
    readonly isTTY?: boolean
    setRawMode(on: boolean): void
    setEncoding(encoding: 'utf8'): void
    on(event: 'data' | 'end', listener: (text: string) => void): void
    off(event: 'data', listener: (text: string) => void): void
    resume(): void
    pause(): void
    destroy(): void
  }
}

declare module 'node:util' {
  interface Option {
    readonly type: 'string' | 'boolean'
    readonly short?: string
    readonly multiple?: boolean
  }
  export function parseArgs(config: {
    readonly args: readonly string[]
    readonly options: { readonly [name: string]: Option }
    readonly allowPositionals: boolean
  }): { values: { [name: string]: string | boolean | string[] | undefined }; positionals: string[] }
}

declare module 'node:fs' {
  export function existsSync(path: string): boolean
  export function openSync(path: string, flags: string): number
  export function readFileSync(path: string | URL): Uint8Array
}

declare module 'node:crypto' {
  interface Hash {
    update(data: string | Uint8Array): Hash
    digest(encoding: 'base64' | 'hex' | 'base64url'): string
  }
  export function createHash(algorithm: string): Hash
  export function createHmac(algorithm: string, key: string | Uint8Array): Hash
}

declare module 'node:child_process' {
  export function spawn(
    program: string,
    words: readonly string[],
    options: { readonly detached: boolean; readonly stdio: 'ignore' },
  ): { on(event: 'error', listener: () => void): void; unref(): void }
}

declare module 'node:http' {
  export interface IncomingMessage extends AsyncIterable<Uint8Array> {
    readonly method?: string
    readonly url?: string
    readonly statusCode?: number
    readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
    readonly rawHeaders: readonly string[]
    on(event: string, listener: (value: unknown) => void): this
    off(event: string, listener: (value: unknown) => void): this
    pause(): this
    resume(): this
  }
  export interface ServerResponse {
    statusCode: number
    readonly headersSent: boolean
    setHeader(name: string, value: string): void
    writeHead(status: number, headers: { readonly [name: string]: string }): this
    write(text: string): boolean
    end(text: string | Uint8Array, callback?: () => void): void
    on(event: 'close', listener: () => void): void
  }
  export interface Server {
    listen(port: number, host: string): void
    address(): { readonly port: number }
    once(event: 'listening', listener: () => void): this
    once(event: 'error', listener: (error: Error & { code?: string }) => void): this
    close(callback: () => void): void
    closeAllConnections(): void
  }
  export function createServer(handler: (request: IncomingMessage, response: ServerResponse) => void): Server

  export interface RequestOptions {
    readonly method: string
    readonly headers: readonly string[]
    readonly agent: false
    readonly signal: AbortSignal
  }
  export interface ClientRequest {
    on(event: 'response', listener: (response: IncomingMessage) => void): this
    on(event: 'error', listener: (error: Error & { code?: string }) => void): this
    end(body: Uint8Array): void
    destroy(): void
  }
  export function request(url: URL, options: RequestOptions): ClientRequest
}

declare module 'node:https' {
  export const request: typeof import('node:http').request
}

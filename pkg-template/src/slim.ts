/**
 * The same as `drone-webhooks`, without the WebAssembly module in it: for pages with a strict content security policy and for bundlers that
 * none of the other entry points suits. Published as one file that has a copy of the package in it.
 */
export * from './index.js'
export { init } from './platform/slim.js'

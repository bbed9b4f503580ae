declare module '*/core_bg.wasm' {
  const module: WebAssembly.Module
  export default module
}

declare module '*/core_bg.wasm?module' {
  const module: WebAssembly.Module
  export default module
}

// The memories of the WebAssembly instances that are made from now on. Instances are noticed as they are made, so that nothing of the package but its
// behaviour has to be known: import this before the package.

export const memories = []

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, given) {
    const instance = new Instance(...given)
    memories.push(instance.exports.memory)
    return instance
  },
})

// Several threads open each of many new files at the same moment, and print what was thrown, as JSON. Arguments: the folder, how many files.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { sqliteInbox } from 'drone-webhooks/sqlite'

const THREADS = 4

if (isMainThread) {
  const [folder, files] = process.argv.slice(2)
  const arrivals = new Int32Array(new SharedArrayBuffer(4))
  const thrown = []
  for (let thread = 0; thread < THREADS; thread += 1) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { folder, files: Number(files), arrivals } })
    worker.on('message', (message) => thrown.push(message))
  }
  process.on('exit', () => console.log(JSON.stringify(thrown)))
} else {
  const { folder, files, arrivals } = workerData
  for (let file = 0; file < files; file += 1) {
    together(arrivals, THREADS * (file + 1))
    try {
      await sqliteInbox({ path: `${folder}/at-once-${file}.sqlite` }).close()
    } catch (error) {
      parentPort.postMessage(`file ${file}: ${error}`)
    }
  }
}

/** Goes on when all have come here. */
function together(arrivals, all) {
  if (Atomics.add(arrivals, 0, 1) + 1 === all) {
    Atomics.notify(arrivals, 0)
    return
  }
  for (let come = Atomics.load(arrivals, 0); come < all; come = Atomics.load(arrivals, 0)) Atomics.wait(arrivals, 0, come)
}

import { Worker } from 'node:worker_threads'
import type { EtaTable } from './eta-table.js'
import type { EtaRequest, EtaResponse } from './eta-thread.js'

/** JavaScript is what a thread needs: where the sources themselves are run, in tests, that is what was built of them. */
const file = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/estimates/eta-thread.js' : './eta-thread.js',
  import.meta.url,
)

type Waiting = { resolve: (table: EtaTable) => void; reject: (error: Error) => void }

let thread: Worker | undefined
let lastId = 0
const waiting = new Map<number, Waiting>()

/** `etaTable`, on the one thread that the process has for it. It does not keep a process alive that waits for nothing. */
export async function etaTableOffThread(facts: string): Promise<EtaTable> {
  thread ??= startThread()
  const running = thread
  running.ref()
  const id = ++lastId
  try {
    return await new Promise<EtaTable>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      running.postMessage({ id, facts } satisfies EtaRequest, [])
    })
  } finally {
    waiting.delete(id)
    if (waiting.size === 0) running.unref()
  }
}

function startThread(): Worker {
  const started = new Worker(file)
  started.unref()
  started.on('message', (response: EtaResponse) => {
    const asked = waiting.get(response.id)
    if ('table' in response) asked?.resolve(response.table)
    else asked?.reject(new Error(`The estimate failed: ${response.error}`))
  })
  // Whoever waits fails now, and the next one finds a new thread.
  const end = (error: Error): void => {
    if (thread === started) thread = undefined
    for (const { reject } of waiting.values()) reject(error)
  }
  started.on('error', end)
  started.on('exit', (code) => end(new Error(`The thread of the estimates ended with code ${code}.`)))
  return started
}

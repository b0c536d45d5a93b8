import { WebSocket } from 'ws'

export type WorkerMemory = {
  /** What is reachable: measured after a garbage collection. */
  heapBytes: number
  /** Sockets, timers and the like that keep Node's event loop busy. */
  handles: number
}

type Answer = { id: number; result?: unknown; error?: { message: string } }

/** Looks into a worker through Node's own inspector: only that can collect garbage before it measures. */
export async function inspect(port: number): Promise<{
  measure: () => Promise<WorkerMemory>
  /** What an expression gives in the worker, as JSON. */
  evaluate: <T>(expression: string) => Promise<T>
  startProfile: () => Promise<void>
  /** Where its processor time went since then. */
  stopProfile: <Profile>() => Promise<Profile>
  close: () => void
}> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`)
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[]
  if (!target) throw new Error(`no process answers the inspector on port ${port}`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
  })
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let nextId = 1
  socket.on('message', (data) => {
    const answer = JSON.parse((data as Buffer).toString()) as Answer
    const waiter = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.error) waiter?.reject(new Error(answer.error.message))
    else waiter?.resolve(answer.result)
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the worker has ended'))
  })
  const call = async <T>(method: string, params = {}): Promise<T> =>
    await new Promise<T>((resolve, reject) => {
      const id = nextId++
      waiting.set(id, { resolve: (result) => resolve(result as T), reject })
      socket.send(JSON.stringify({ id, method, params }))
    })
  const evaluate = async <T>(expression: string): Promise<T> => {
    const asked = { expression, returnByValue: true }
    return (await call<{ result: { value: T } }>('Runtime.evaluate', asked)).result.value
  }
  return {
    evaluate,
    async measure() {
      await call('HeapProfiler.collectGarbage')
      const { usedSize } = await call<{ usedSize: number }>('Runtime.getHeapUsage')
      const handles = await evaluate<number>('process.getActiveResourcesInfo().length')
      return { heapBytes: usedSize, handles }
    },
    async startProfile() {
      await call('Profiler.enable')
      await call('Profiler.start')
    },
    stopProfile: async <Profile>() => (await call<{ profile: Profile }>('Profiler.stop')).profile,
    close: () => socket.close(),
  }
}

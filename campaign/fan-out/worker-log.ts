import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export type WorkerLog = {
  /** Of the transaction that prepared the run: once for each time that it did. */
  statements: number[]
  /** From the intent to WhatsApp's ack, ms: the mean over all messages. */
  relayMs: number
}

type Line = { msg?: string; statements?: number; elapsedMs?: number }

/** What the worker has written of the run. */
export async function readWorkerLog(file: string): Promise<WorkerLog> {
  const statements: number[] = []
  let [messages, sum] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('{')) continue
    const { msg, statements: counted, elapsedMs } = JSON.parse(line) as Line
    if (msg === 'run prepared' && counted !== undefined) statements.push(counted)
    if (msg !== 'message acknowledged' || elapsedMs === undefined) continue
    messages += 1
    sum += elapsedMs
  }
  return { statements, relayMs: sum / messages }
}

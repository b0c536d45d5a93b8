import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export type WorkerLog = {
  /** From the intent to WhatsApp's ack, ms: the mean over all messages. */
  relayMs: number
}

type Line = { msg?: string; elapsedMs?: number }

/** What the worker has written of the run. */
export async function readWorkerLog(file: string): Promise<WorkerLog> {
  let [messages, sum] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('{')) continue
    const { msg, elapsedMs } = JSON.parse(line) as Line
    if (msg !== 'message acknowledged' || elapsedMs === undefined) continue
    messages += 1
    sum += elapsedMs
  }
  return { relayMs: sum / messages }
}

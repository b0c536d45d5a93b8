import { parentPort } from 'node:worker_threads'
import { etaTable, type EtaTable } from './eta-table.js'

/** A thread of its own: what is long to compute must not hold up the heartbeats of the process. */

export type EtaRequest = { id: number; facts: string }
export type EtaResponse = { id: number } & ({ table: EtaTable } | { error: string })

parentPort?.on('message', ({ id, facts }: EtaRequest) => {
  try {
    const table = etaTable(facts)
    parentPort?.postMessage({ id, table } satisfies EtaResponse, [
      table.finishesAtMs.buffer,
      table.unsent.buffer,
    ])
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) } satisfies EtaResponse, [])
  }
})

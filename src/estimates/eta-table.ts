import { estimateEtas, type Eta, type QueueFacts } from '../domain/eta.js'

/** The estimates of an account's runs in three columns, which cross between threads in no time. */
export type EtaTable = {
  ids: string[]
  /** In ms since 1970; NaN where it is not known. */
  finishesAtMs: Float64Array<ArrayBuffer>
  unsent: Float64Array<ArrayBuffer>
}

/** @param facts `QueueFacts` as JSON, as Postgres writes them */
export function etaTable(facts: string): EtaTable {
  const read = JSON.parse(facts) as QueueFacts
  const etas = estimateEtas(read)
  const ids = read.runs.map(({ id }) => id)
  return {
    ids,
    finishesAtMs: Float64Array.from(ids, (id) => etas.get(id)?.finishesAtMs ?? Number.NaN),
    unsent: Float64Array.from(ids, (id) => etas.get(id)?.unsent ?? 0),
  }
}

/** A run that is in it and whose end is not known has `undefined`. */
export function readEtaTable({ ids, finishesAtMs, unsent }: EtaTable): Map<string, Eta | undefined> {
  return new Map(
    ids.map((id, row) => {
      const endMs = finishesAtMs[row] ?? Number.NaN
      return [id, Number.isNaN(endMs) ? undefined : { finishesAtMs: endMs, unsent: unsent[row] ?? 0 }]
    }),
  )
}

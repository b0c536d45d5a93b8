import type { Database } from '../../src/store/database.js'
import type { Statements } from './list/statements.js'
import type { Executed } from './plan.js'
import { record } from './recorder.js'
import type { Scene } from './scene.js'

/** One statement of a function, however often that executed it: the most that it took at once. */
export type Measured = Omit<Executed, 'scans'> & { name: string; calls: number; scans: string[] }

/** By name and text, in the order in which they were first executed. */
export async function measure(
  database: Database,
  {
    statements,
    scene,
    isSeqScanAvoided,
  }: { statements: Statements; scene: Scene; isSeqScanAvoided: boolean },
): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>()
  for (const [name, run] of Object.entries(statements)) {
    // Twice: the first time reads what a process reads once, such as the catalogue.
    await record(database, async (db) => await run(db, scene), { isSeqScanAvoided })
    for (const one of await record(database, async (db) => await run(db, scene), { isSeqScanAvoided }))
      add(measured, name, one)
  }
  return measured
}

function add(measured: Map<string, Measured>, name: string, one: Executed): void {
  const key = `${name} ${one.text}`
  const before = measured.get(key)
  measured.set(key, {
    name,
    text: one.text,
    calls: (before?.calls ?? 0) + 1,
    ms: Math.max(before?.ms ?? 0, one.ms),
    buffers: Math.max(before?.buffers ?? 0, one.buffers),
    read: Math.max(before?.read ?? 0, one.read),
    rows: Math.max(before?.rows ?? 0, one.rows),
    scans: [...new Set([...(before?.scans ?? []), ...one.scans])],
  })
}

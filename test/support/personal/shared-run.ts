import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Where the servers of this run are, for who looks at them when all tests are over. */
export type SharedRun = {
  temporalAddress: string
  /** Temporal's own file. */
  temporalDatabase: string
  serverLogs: string
  startedMs: number
}

const file = 'test-results/shared-run.json'

export function writeSharedRun(run: SharedRun): void {
  writeFileSync(file, JSON.stringify(run))
}

/** @throws where the tests with the shared servers did not run */
export function readSharedRun(): SharedRun {
  if (!existsSync(file))
    throw new Error('There is nothing to look at: run `npm test`, or this with `--project system`.')
  return JSON.parse(readFileSync(file, 'utf8')) as SharedRun
}

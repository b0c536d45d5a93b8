import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startStack } from '../../src/stack/stack.js'
import { describeHome } from '../../src/stack/home.js'
import { clearPersonal } from './personal/register.js'
import { writeSharedRun } from './personal/shared-run.js'

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string
    databaseUrl: string
  }
}

/** One Temporal and one Postgres for all files of the project: starting them costs more than most tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const startedMs = Date.now()
  const home = mkdtempSync(join(tmpdir(), 'carillon-test-'))
  clearPersonal()
  const stack = await startStack({
    home,
    env: {
      ...process.env,
      CARILLON_TEMPORAL_PORT: '0',
      CARILLON_UI_PORT: '0',
      CARILLON_POSTGRES_PORT: '0',
    },
    progress: { step: say, note: say },
    isThrowaway: true,
    isTemporalInFile: true,
  })
  project.provide('temporalAddress', stack.temporalAddress)
  project.provide('databaseUrl', stack.databaseUrl)
  const { temporalAddress } = stack
  const { logsDir: serverLogs, temporalDbFile: temporalDatabase } = describeHome(home)
  writeSharedRun({ temporalAddress, temporalDatabase, serverLogs, startedMs })
  return async () => {
    await stack.close()
    rmSync(home, { recursive: true, force: true })
  }
}

function say(text: string): void {
  process.stderr.write(`servers: ${text}\n`)
}

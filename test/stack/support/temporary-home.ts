import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { describeHome } from '../../../src/stack/home.js'

/** A folder for one test, open to root's Postgres as an ordinary folder is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => {
    const placeFile = describeHome(folder).postgresPlaceFile
    if (existsSync(placeFile))
      rmSync(readFileSync(placeFile, 'utf8').trim(), { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Any free ports. */
export const anyPorts = {
  CARILLON_TEMPORAL_PORT: '0',
  CARILLON_UI_PORT: '0',
  CARILLON_POSTGRES_PORT: '0',
  CARILLON_API_PORT: '0',
}

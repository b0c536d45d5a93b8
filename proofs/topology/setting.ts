import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '../../src/stack/progress.js'
import { projectRoot } from '../../src/stack/project-root.js'
import type { Home } from '../../src/stack/home.js'
import { readComposeFile, serviceOf, type ComposeFile } from './compose-file.js'
import { addressesOf, onThisMachine, type Ports } from './places.js'

/** What the services need to be started: the Compose file, with this machine in place of its network. */
export type Setting = {
  root: string
  home: Home
  ports: Ports
  progress: Progress
  signal: AbortSignal
  file: ComposeFile
  /** The folder with Temporal's programs. */
  programs: string
  /** A superuser's address of Postgres, once it runs. */
  adminUrl: string
}

/** As .env has them in production: made anew each time. */
export function freshSecrets(): Record<string, string> {
  const password = () => randomBytes(24).toString('hex')
  return {
    POSTGRES_PASSWORD: password(),
    TEMPORAL_DB_PASSWORD: password(),
    CARILLON_DB_PASSWORD: password(),
    CARILLON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }
}

export function composeFileWith(secrets: Record<string, string>): ComposeFile {
  return readComposeFile(readFileSync(join(projectRoot(), 'docker-compose.yml'), 'utf8'), secrets)
}

/** The service's environment from the Compose file, and nothing else of ours but PATH. */
export function environmentOf(setting: Setting, service: string): Record<string, string> {
  const { file, ports, adminUrl, root, programs } = setting
  const given = Object.entries(serviceOf(file, service).environment)
  return {
    PATH: `${programs}:${process.env.PATH ?? ''}`,
    ...Object.fromEntries(given.map(([name, value]) => [name, onThisMachine(value, ports)])),
    ...addressesOf(ports, { adminUrl, projectRoot: root })[service],
  }
}

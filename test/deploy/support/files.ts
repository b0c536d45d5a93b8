import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readComposeFile } from '../../../proofs/topology/compose-file.js'

export function projectFile(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

export type Service = {
  image?: string
  build?: string
  command?: string[]
  entrypoint?: string[]
  restart?: string
  environment?: Record<string, string>
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  ports?: string[]
  volumes?: string[]
  profiles?: string[]
  read_only?: boolean
  logging?: unknown
}

/** As it is written: with its variables, but with its anchors resolved. */
export function composeAsWritten(): { services: Record<string, Service>; volumes: Record<string, unknown> } {
  return parse(projectFile('docker-compose.yml'), { merge: true }) as ReturnType<typeof composeAsWritten>
}

export const secrets = {
  POSTGRES_PASSWORD: 'a',
  TEMPORAL_DB_PASSWORD: 'b',
  CARILLON_DB_PASSWORD: 'c',
  CARILLON_ENCRYPTION_KEY: 'd',
}

export function composeWith(variables: NodeJS.ProcessEnv) {
  return readComposeFile(projectFile('docker-compose.yml'), variables)
}

export type Instruction = { name: string; rest: string }

/** The Dockerfile's instructions, with continued lines joined and comments left out. */
export function dockerfile(): Instruction[] {
  return projectFile('Dockerfile')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', ...rest] = line.split(' ')
      return { name, rest: rest.join(' ').trim() }
    })
}

import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { ChildError } from '../shared/child.js'
import { projectRoot } from '../../src/stack/project-root.js'
import type { Names } from './scene.js'
import { tokenVariable } from './settings.js'

/** With an owner's token, with one that is none, and without. */
export type Who = 'owner' | 'stranger' | 'nobody'

export type Fuzzed = {
  who: Who
  /** By route and status. */
  answers: { route: string; status: number; times: number }[]
  failures: { title: string; times: number; routes: string[] }[]
  /** Of Schemathesis itself: a connection that broke, a schema that it can't read. */
  errors: { title: string; times: number }[]
  logFile: string
}

/** Lets Schemathesis work through the document that is served at `url`. */
export async function runSchemathesis({
  python,
  url,
  who,
  token,
  names,
  settings,
  folder,
  signal,
}: {
  python: string
  url: string
  who: Who
  token: string | undefined
  names: Names
  settings: string
  folder: string
  signal: AbortSignal
}): Promise<Fuzzed> {
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => resolve(folder, `${who}-${name}`)
  writeFileSync(file('settings.toml'), settings)
  writeFileSync(file('names.json'), JSON.stringify(names))
  const logFile = file('schemathesis.log')
  const child = spawn(
    python,
    [
      '-m',
      'schemathesis.cli',
      '--no-color',
      '--config-file',
      file('settings.toml'),
      'run',
      '--report',
      'json',
      '--report-json-path',
      file('report.json'),
      '--phases',
      who === 'owner' ? 'examples,coverage,fuzzing,stateful' : 'coverage,fuzzing',
      `${url}/v1/openapi.json`,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: join(projectRoot(), 'proofs/fuzz'),
        PYTHONDONTWRITEBYTECODE: '1',
        CARILLON_FUZZ_AS: who,
        CARILLON_FUZZ_NAMES: file('names.json'),
        CARILLON_FUZZ_COUNTS: file('counts.json'),
        ...(token !== undefined && { [tokenVariable]: token }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  )
  const log = createWriteStream(logFile)
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const [code] = (await once(child, 'close')) as [number | null]
  log.end()
  // 1: something failed, which the report says.
  if (code !== 0 && code !== 1) throw new ChildError(`Schemathesis ended with code ${code}: see ${logFile}`)
  return {
    who,
    ...readReport(file('report.json')),
    answers: (JSON.parse(readFileSync(file('counts.json'), 'utf8')) as [string, number, number][]).map(
      ([route, status, times]) => ({ route, status, times }),
    ),
    logFile,
  }
}

type Report = {
  complete: boolean
  stop_reason: string
  failures: { title: string; count: number; operations: string[] }[]
  errors: { title: string; count: number }[]
}

function readReport(file: string): Pick<Fuzzed, 'failures' | 'errors'> {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const early = report.complete ? [] : [{ title: `it ended early: ${report.stop_reason}`, times: 1 }]
  return {
    failures: report.failures.map(({ title, count, operations }) => ({
      title,
      times: count,
      routes: operations,
    })),
    errors: [...report.errors.map(({ title, count }) => ({ title, times: count })), ...early],
  }
}

/** Starts the compiled simulator as its users do, and ends it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { SimulatorClient, type Endpoints } from '../../../simulator/client.js'

const root = resolve(import.meta.dirname, '../../..')
const source = join(root, 'simulator')
const compiled = join(root, 'dist/simulator')
const lock = join(root, 'dist/.simulator-build')

const STALE_LOCK_MS = 120_000

export const trustModule = join(compiled, 'trust.js')
export const main = join(compiled, 'main.js')

const stale = (): boolean =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .some((name) => {
      const output = join(compiled, name.replace(/\.ts$/, '.js'))
      return !existsSync(output) || statSync(output).mtimeMs < statSync(join(source, name)).mtimeMs
    })

/** Test files run side by side: one of them compiles. */
const compile = async (): Promise<void> => {
  mkdirSync(join(root, 'dist'), { recursive: true })
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
      await delay(100)
      // Left behind by a run that was killed: a compilation takes seconds.
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > STALE_LOCK_MS) rmdirSync(lock)
    }
  }
  try {
    if (stale())
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', source], {
        stdio: 'inherit',
      })
  } finally {
    rmdirSync(lock)
  }
}

export type RunningSimulator = {
  endpoints: Endpoints
  client: SimulatorClient
  process: ChildProcess
  /** everything that it printed */
  output: () => string
  stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

export const startSimulator = async (flags: string[] = []): Promise<RunningSimulator> => {
  await compile()
  const child = spawn(process.execPath, [main, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit')
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    ended.then(() => Promise.reject(new Error(`The simulator ended: ${output}`))),
  ])
  const endpoints = JSON.parse(line) as Endpoints
  return {
    endpoints,
    client: new SimulatorClient(endpoints.controlUrl),
    process: child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await ended
    },
  }
}

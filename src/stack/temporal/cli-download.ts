import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { cacheDir } from '../cache.js'
import { codeOf } from '../errors.js'
import { projectRoot } from '../project-root.js'
import { checkTemporalCli } from './cli-check.js'
import type { CliContext, CliOutcome } from './cli-source.js'

const downloadMs = 120_000

/** The SDK downloads the CLI that suits it, so its version names the file. */
export function downloadedCliName(): string {
  return `temporal-for-sdk-${sdkVersion()}`
}

/** Lets Temporal's SDK download the CLI, and moves it to the cache. */
export async function downloadTemporalCli({ env, progress, signal }: CliContext): Promise<CliOutcome> {
  const cache = cacheDir(env)
  const unfinished = join(cache, `download.${process.pid}`)
  mkdirSync(unfinished, { recursive: true })
  progress.step('Downloading the Temporal CLI')
  try {
    const problem = await runDownload(unfinished, env, signal)
    if (problem !== undefined) return { kind: 'failed', why: problem }
    const name = readdirSync(unfinished).find((name) => name.startsWith('temporal-'))
    if (name === undefined) return { kind: 'failed', why: 'the SDK has put nothing there' }
    const path = join(cache, downloadedCliName())
    renameSync(join(unfinished, name), path)
    const check = await checkTemporalCli(path, env)
    return check.kind === 'usable' ? { kind: 'found', path } : { kind: 'failed', why: check.why }
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** @returns what went wrong, if anything */
function runDownload(
  dir: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const script = join(projectRoot(), 'tools/download-temporal.mjs')
  const child = spawn(process.execPath, [script, dir, sdkVersion()], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a group of its own, with the server that it starts
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let isLate = false
  const stop = () => stopGroup(child.pid)
  const timer = setTimeout(() => {
    isLate = true
    stop()
  }, downloadMs)
  signal?.addEventListener('abort', stop)
  return new Promise((resolve) => {
    const end = (problem: string | undefined) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve(isLate ? `not done after ${downloadMs / 1_000} s` : problem)
    }
    child.once('error', (error) => end(error.message))
    child.once('close', (code) => end(code === 0 ? undefined : rootCause(stderr)))
  })
}

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

/** The SDK's message repeats a long address; its cause comes last. */
function rootCause(stderr: string): string {
  const message = stderr.trim().split('\n').at(-1) ?? ''
  const cause = /client error \(.*$/.exec(message)?.[0]
  return cause === undefined ? `failed: ${message.slice(0, 300)}` : `no way to the server: ${cause}`
}

function sdkVersion(): string {
  const resolved = createRequire(import.meta.url).resolve('@temporalio/worker')
  const manifest = JSON.parse(readFileSync(join(dirname(dirname(resolved)), 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}

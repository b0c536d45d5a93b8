import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFailed, onTestFinished } from 'vitest'

/** Runs a program of `proofs/` as a reader would, in a home of its own, and takes its last line. */
export async function runProof<Result>(
  name: string,
  options: string,
): Promise<{ result: Result; exitCode: number | null; said: string }> {
  const home = mkdtempSync(join(tmpdir(), `carillon-${name}-`))
  chmodSync(home, 0o755) // as an ordinary folder is: root's Postgres passes through
  let said = ''
  // They are kept then: a crash that did harm is seldom met twice.
  onTestFailed(() => {
    process.stderr.write(`${said}\nThe logs and the data are in ${home}\n`)
  })
  const child = spawn(
    process.execPath,
    [`dist/proofs/${name}/main.js`, ...options.split(' '), '--json', '--home', home],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(async ({ task }) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM') // it closes what it started
      await once(child, 'exit')
    }
    if (task.result?.state === 'pass') rmSync(home, { recursive: true, force: true })
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`${name} said nothing in the end:\n${said}`)
  return { result: JSON.parse(last) as Result, exitCode: child.exitCode, said }
}

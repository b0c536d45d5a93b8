import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const runner = fileURLToPath(new URL('run-ts.mjs', import.meta.url))

type Script = ChildProcessByStdio<null, Readable, Readable>

/** Runs a TypeScript file of this folder in a process of its own, which ends with the test at the latest. */
export function startScript(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Script {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [runner, script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

/** @throws when the process ends without having said it */
export async function waitForLine(child: Script, line: string): Promise<void> {
  const complaints: string[] = []
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
  for await (const said of createInterface({ input: child.stdout })) if (said === line) return
  throw new Error(`the process ended without saying '${line}': ${complaints.join('')}`)
}

export function exitOf(child: Script): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(child.exitCode ?? child.signalCode)
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
}

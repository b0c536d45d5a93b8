import { existsSync, readFileSync, rmSync } from 'node:fs'
import { eventually } from '../../test/support/eventually.js'

/** In ms; the resolution of 10 ms counts as delay. */
export type LoopDelay = { turn: number; maxMs: number; p99Ms: number; meanMs: number }

/** Of the worker's process, since it was last asked. */
export async function takeLoopDelay(pid: number, file: string): Promise<LoopDelay> {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  return await eventually(() => {
    if (!existsSync(file)) throw new Error('the worker has not answered')
    return JSON.parse(readFileSync(file, 'utf8')) as LoopDelay
  })
}

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What the process has in memory, in MB; Linux only. */
export function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}

/** The same once it has calmed down: the least of several looks, since garbage comes and goes. */
export async function calmResidentMb(pid: number, { looks = 8, everyMs = 1_000 } = {}): Promise<number> {
  const seen: number[] = []
  for (let i = 0; i < looks; i++) {
    seen.push(residentMb(pid))
    await delay(everyMs)
  }
  return Math.min(...seen)
}

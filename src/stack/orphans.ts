import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { StackError } from './errors.js'
import type { Progress } from './progress.js'
import { isRunning } from './process-identity.js'
import { stopOrder } from './service.js'
import { readRecord, type ChildRecord } from './running-stack.js'

const stopMs = 30_000
const killMs = 5_000
const pollMs = 50

/**
 * Stops what a killed start left running. Only what the record names is touched, and only while its pid still
 * belongs to the very process that was recorded. The caller holds the home's lock.
 */
export async function stopOrphans(recordFile: string, progress: Progress): Promise<void> {
  const record = readRecord(recordFile)
  if (!record) return
  const byStopOrder = record.children.toSorted(
    (a, b) => stopOrder.indexOf(a.name) - stopOrder.indexOf(b.name),
  )
  for (const child of byStopOrder) {
    if (!isRunning(child)) continue
    progress.note(`Stopping ${child.name} (process ${child.pid}), which an earlier start left behind`)
    await stop(child)
  }
  rmSync(recordFile)
}

async function stop(child: ChildRecord): Promise<void> {
  process.kill(child.pid, child.stopSignal)
  if (await hasEndedWithin(child, stopMs)) return
  process.kill(child.pid, 'SIGKILL')
  if (await hasEndedWithin(child, killMs)) return
  throw new StackError(
    `${child.name} (process ${child.pid}), left by an earlier start, can't be stopped. End it by hand and start again.`,
  )
}

async function hasEndedWithin(child: ChildRecord, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  while (isRunning(child)) {
    if (Date.now() > deadline) return false
    await delay(pollMs)
  }
  return true
}

// Loaded before a worker: how late its event loop is. On SIGUSR2 it writes that to LOOP_DELAY_FILE and begins anew.
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const { LOOP_DELAY_FILE: file } = process.env
if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const ms = (nanoseconds) => nanoseconds / 1e6
  let turn = 0
  process.on('SIGUSR2', () => {
    turn += 1
    const seen = { turn, maxMs: ms(delay.max), p99Ms: ms(delay.percentile(99)), meanMs: ms(delay.mean) }
    writeFileSync(file, JSON.stringify(seen))
    delay.reset()
  })
}

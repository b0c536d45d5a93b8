/**
 * Loaded into a worker before anything else: its wall clock is off by CLOCK_SHIFT_MS, and each SIGUSR2 sets it back by
 * CLOCK_STEP_MS. What the machine itself counts (`performance.now()`, timers) goes on as before, as with a real clock.
 */
import { isMainThread } from 'node:worker_threads'

const RealDate = Date
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)
const stepMs = Number(process.env.CLOCK_STEP_MS ?? 0)

globalThis.Date = class Date extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(Date.now())
    else super(...values)
  }

  static now() {
    return RealDate.now() + shiftMs
  }
}

if (isMainThread)
  process.on('SIGUSR2', () => {
    shiftMs -= stepMs
    process.stdout.write('the clock was set back\n')
  })

import type { Browser, Page } from 'playwright-core'

/** How busy the main thread of a page was. */
export type Busy = {
  /** Of the longest task, by the clock and by the processor: beside other work the clock counts that, too. */
  longestMs: number
  longestCpuMs: number
  /** Tasks of more than 50 ms. */
  longTasks: number
  longCpuTasks: number
  /** Of the processor, for each frame that was made. */
  cpuMsPerFrame: number
  frames: number
}

export const longTaskMs = 50

type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** What the page's main thread does while the work goes on, from Chromium's own trace of its tasks. */
export async function whileBusy(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<Busy> {
  await browser.startTracing(page, { categories: ['-*', 'toplevel', '__metadata'] })
  const framesBefore = await countFrames(page)
  let frames = 0
  let trace: Buffer
  try {
    await work()
    frames = (await countFrames(page)) - framesBefore
  } finally {
    trace = await browser.stopTracing()
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid}/${tid}`),
  )
  if (tasks.length === 0) throw new Error('Chromium traced no task of the page.')
  const ms = tasks.map(({ dur = 0 }) => dur / 1_000)
  const cpuMs = tasks.map(({ tdur = 0 }) => tdur / 1_000)
  return {
    longestMs: Math.max(...ms),
    longestCpuMs: Math.max(...cpuMs),
    longTasks: ms.filter((one) => one > longTaskMs).length,
    longCpuTasks: cpuMs.filter((one) => one > longTaskMs).length,
    cpuMsPerFrame: cpuMs.reduce((sum, one) => sum + one, 0) / Math.max(1, frames),
    frames,
  }
}

/** Counted by the page itself, from the first time that it is asked. */
async function countFrames(page: Page): Promise<number> {
  return await page.evaluate<number>(`(() => {
    if (window.__frames === undefined) {
      window.__frames = 0
      const next = () => { window.__frames++; requestAnimationFrame(next) }
      requestAnimationFrame(next)
    }
    return window.__frames
  })()`)
}

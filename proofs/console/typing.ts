import type { Browser, Page } from 'playwright-core'
import { whileBusy, type Busy } from './busy.js'

export type Typing = Busy & {
  letters: number
  /** From the key to the frame that shows it, of the slowest; to 8 ms. */
  slowestKeyMs: number
  /** Dry runs that were answered meanwhile. */
  dryRuns: number
}

/** As a quick typist. */
const keyEveryMs = 60
const groups = 3
const words = 'the quick brown fox jumps over the lazy dog while the bell rings '

/** A text is typed in the editor, with recipients chosen, so that each pause asks what saving would do. */
export async function measureTyping(
  browser: Browser,
  page: Page,
  { url, letters }: { url: string; letters: number },
): Promise<Typing> {
  await page.goto(`${url}/reminders/new`)
  const text = page.getByLabel('Text', { exact: true })
  await text.fill('Notice. ')
  const boxes = page.getByRole('checkbox', { name: /^(Orchestra|Parents)/ })
  await boxes.first().waitFor()
  for (let index = 0; index < groups; index++) await boxes.nth(index).check()
  let dryRuns = 0
  page.on('response', (response) => {
    if (response.url().includes('/v1/preview')) dryRuns++
  })
  await page.evaluate(`(() => {
    window.__keyMs = []
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name.startsWith('key')) window.__keyMs.push(duration)
    }).observe({ type: 'event', durationThreshold: 16 })
  })()`)
  await text.focus()
  const typed = words.repeat(Math.ceil(letters / words.length)).slice(0, letters)
  const busy = await whileBusy(browser, page, async () => {
    // A pause now and then, as people make, in which the dry run is asked for.
    for (const part of typed.match(/.{1,40}/gs) ?? []) {
      await page.keyboard.type(part, { delay: keyEveryMs })
      await page.waitForTimeout(500)
    }
  })
  const slowest = await page.evaluate<number>('Math.max(0, ...window.__keyMs)')
  return { ...busy, letters, slowestKeyMs: slowest, dryRuns }
}

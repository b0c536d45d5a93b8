import type { Page } from 'playwright-core'

/** A screen of them. */
const wheelPx = 600
const wheels = 60
const wheelEveryMs = 16
/** Where somebody who drags the scroll bar stops for a frame. */
const stops = 100
const pages = 20

/** As people scroll: by the wheel, by dragging the scroll bar to its end and back, and by the keyboard. */
export async function scrollThrough(page: Page, row: string): Promise<void> {
  await page.locator(row).first().waitFor()
  await page.mouse.move(640, 500)
  for (let turn = 0; turn < wheels; turn++) {
    await page.mouse.wheel(0, wheelPx)
    await page.waitForTimeout(wheelEveryMs)
  }
  await page.evaluate(`(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const end = () => document.documentElement.scrollHeight - innerHeight
    for (let stop = 0; stop <= ${stops}; stop++) { scrollTo(0, end() * stop / ${stops}); await frame() }
    for (let stop = ${stops}; stop >= 0; stop--) { scrollTo(0, end() * stop / ${stops}); await frame() }
  })()`)
  await page.locator(row).first().focus()
  for (let press = 0; press < pages; press++) await page.keyboard.press('PageDown')
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
}

/** What the list has at its end, reached at once, as soon as it is there. */
export async function lastRow(page: Page, row: string): Promise<string> {
  await page.locator(row).first().focus()
  await page.keyboard.press('End')
  const last = page.locator('[role="listitem"][aria-posinset]').last().locator(row)
  await last.waitFor()
  return await last.innerText()
}

import type { Browser, BrowserContext, Page } from 'playwright-core'

export type FirstPage = {
  /** All files of the first page, as they are sent: compressed. */
  bytes: number
  files: number
  /** What it asks the API. */
  dataBytes: number
  /** From the beginning until a button of the page has done what it is for. */
  interactiveMs: number
}

type Loaded = { name: string; size: number }

/** In browsers that have nothing of it yet, but are signed in: one that waits until all is there, and one that presses a button. */
export async function measureFirstPage(
  browser: Browser,
  { url, signedIn, locale }: { url: string; signedIn: BrowserContext; locale: string },
): Promise<FirstPage> {
  const storageState = await signedIn.storageState()
  const fresh = async <T>(look: (page: Page) => Promise<T>): Promise<T> => {
    const context = await browser.newContext({ storageState, locale })
    try {
      return await look(await context.newPage())
    } finally {
      await context.close()
    }
  }
  const loaded = await fresh(async (page) => {
    await page.goto(`${url}/`)
    await page.locator('main h1').waitFor()
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
    return await loadedBy(page)
  })
  const interactiveMs = await fresh(async (page) => {
    await page.addInitScript(pressAtOnce)
    await page.goto(`${url}/`)
    await page.getByRole('dialog').waitFor()
    return await page.evaluate<number>('window.__workedAt')
  })
  const files = loaded.filter(({ name }) => !name.includes('/v1/'))
  const sum = (of: Loaded[]) => of.reduce((total, { size }) => total + size, 0)
  return {
    bytes: sum(files),
    files: files.length,
    dataBytes: sum(loaded.filter(({ name }) => name.includes('/v1/'))),
    interactiveMs,
  }
}

/** The button of the palette, in the first moment in which it is there. */
const pressAtOnce = `addEventListener('DOMContentLoaded', () => {
  const look = () => {
    if (document.querySelector('[role="dialog"]') !== null) {
      window.__workedAt = performance.now()
      return
    }
    if (document.querySelector('main h1') !== null && !window.__pressed) {
      window.__pressed = true
      document.querySelector('nav [aria-haspopup="dialog"]').click()
    }
    requestAnimationFrame(look)
  }
  look()
})`

async function loadedBy(page: Page): Promise<Loaded[]> {
  return await page.evaluate<Loaded[]>(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .map(({ name, encodedBodySize }) => ({ name, size: encodedBodySize }))`,
  )
}

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

/** In a browser that has nothing of it yet, but is signed in. */
export async function measureFirstPage(
  browser: Browser,
  { url, signedIn }: { url: string; signedIn: BrowserContext },
): Promise<FirstPage> {
  const context = await browser.newContext({ storageState: await signedIn.storageState() })
  try {
    const page = await context.newPage()
    // Pressed in the first moment in which it is there.
    await page.addInitScript(`addEventListener('DOMContentLoaded', () => {
      const look = () => {
        const dialog = document.querySelector('[role="dialog"]')
        if (dialog !== null) { window.__workedAt = performance.now(); return }
        if (document.querySelector('main h1') !== null && !window.__pressed) {
          window.__pressed = true
          document.querySelector('nav [aria-haspopup="dialog"]').click()
        }
        requestAnimationFrame(look)
      }
      look()
    })`)
    await page.goto(`${url}/`)
    await page.getByRole('dialog').waitFor()
    const interactiveMs = await page.evaluate<number>('window.__workedAt')
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
    const loaded = await loadedBy(page)
    const files = loaded.filter(({ name }) => !name.includes('/v1/'))
    const sum = (of: Loaded[]) => of.reduce((total, { size }) => total + size, 0)
    return {
      bytes: sum(files),
      files: files.length,
      dataBytes: sum(loaded.filter(({ name }) => name.includes('/v1/'))),
      interactiveMs,
    }
  } finally {
    await context.close()
  }
}

async function loadedBy(page: Page): Promise<Loaded[]> {
  return await page.evaluate<Loaded[]>(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .map(({ name, encodedBodySize }) => ({ name, size: encodedBodySize }))`,
  )
}

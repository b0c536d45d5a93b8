import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'

const systems = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The system's browser where there is one, else one that comes as a package (Linux alone). */
export async function launchBrowser(): Promise<Browser> {
  const found = systems.find((path) => existsSync(path))
  const executablePath = found ?? (await (await import('@sparticuz/chromium')).default.executablePath())
  // In a container there is no sandbox to be had, and no page but ours is opened.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

type AxeFinding = { id: string; nodes: { html: string; failureSummary: string }[] }

/** What axe finds on the page as it is, by WCAG 2.2 AA and its own best practices. */
export async function axeFindings(page: Page): Promise<string[]> {
  // The policy of the page lets no script in but its own: this one is put in by the browser itself.
  await page.evaluate(await axeText())
  const { violations } = await page.evaluate<{ violations: AxeFinding[] }>(
    `axe.run(document, { resultTypes: ['violations'] })`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

let text: string | undefined
async function axeText(): Promise<string> {
  text ??= (await import('node:fs')).readFileSync(axeSource, 'utf8')
  return text
}

import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

type AxeFinding = { id: string; nodes: { html: string; failureSummary: string }[] }

/** What axe finds on the page as it is, by WCAG 2.2 AA and its own best practices. */
export async function axeFindings(page: Page): Promise<string[]> {
  // The policy of the page lets no script in but its own: this one is put in by the browser itself.
  await page.evaluate(await axeText())
  // A colour on its way from one theme to the other is of neither.
  await page.evaluate(atRest)
  const { violations } = await page.evaluate<{ violations: AxeFinding[] }>(
    `axe.run(document, { resultTypes: ['violations'] })`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

/** Transitions begin with the next frame; what turns for ever has no end to wait for. */
const atRest = `new Promise((resolve) => requestAnimationFrame(resolve)).then(() => {
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
  return Promise.allSettled(ending.map((one) => one.finished)).then(() => undefined)
})`

let text: string | undefined
async function axeText(): Promise<string> {
  text ??= (await import('node:fs')).readFileSync(axeSource, 'utf8')
  return text
}

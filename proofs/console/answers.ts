import type { Page } from 'playwright-core'
import { median } from '../shared/percentile.js'

export type Answer = { what: string; ms: number; bytes: number }

const times = 9

/** How long the API takes for what the lists ask it, as the page gets it. */
export async function measureAnswers(
  page: Page,
  asked: readonly (readonly [what: string, path: string])[],
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const [what, path] of asked) {
    const found = await page.evaluate<{ ms: number[]; bytes: number }>(`(async () => {
      const ms = []
      let bytes = 0
      for (let time = 0; time < ${times}; time++) {
        const from = performance.now()
        const response = await fetch(${JSON.stringify(path)})
        const text = await response.text()
        ms.push(performance.now() - from)
        if (!response.ok) throw new Error(response.status + ' ' + text)
        bytes = text.length
      }
      return { ms, bytes }
    })()`)
    answers.push({ what, ms: median(found.ms), bytes: found.bytes })
  }
  return answers
}

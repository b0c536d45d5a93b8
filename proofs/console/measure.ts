import type { Browser, Page } from 'playwright-core'
import { measureAnswers } from './answers.js'
import { whileBusy, type Busy } from './busy.js'
import { measureFirstPage } from './first-page.js'
import type { ConsoleResult } from './report.js'
import type { ConsoleScene } from './scene.js'
import { scrollThrough } from './scroll.js'
import { measureTyping } from './typing.js'

const slower = 4

export async function measureConsole(
  browser: Browser,
  {
    url,
    link,
    scene,
    letters,
    say,
  }: {
    url: string
    /** Signs in, once. */
    link: string
    scene: ConsoleScene
    letters: number
    say: (text: string) => void
  },
): Promise<Omit<ConsoleResult, 'isGood'>> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('navigation').waitFor()
  say('The first page')
  const firstPages: ConsoleResult['firstPages'] = []
  for (const locale of ['en-GB', 'de-DE'])
    firstPages.push({ locale, ...(await measureFirstPage(browser, { url, signedIn: context, locale })) })
  say('Scrolling')
  const scrolls: ConsoleResult['scrolls'] = []
  for (const rate of [1, slower]) {
    scrolls.push({
      what: 'reminders',
      slower: rate,
      ...(await scroll(browser, page, `${url}/reminders`, '[data-reminder]', rate)),
    })
    const run = `${url}/runs/${encodeURIComponent(scene.runId)}`
    scrolls.push({
      what: 'recipients',
      slower: rate,
      ...(await scroll(browser, page, run, '[data-target]', rate)),
    })
  }
  say('Typing')
  const typing = await measureTyping(browser, page, { url, letters })
  say('Asking')
  const answers = await measureAnswers(page, [
    ['a page of reminders, with their count', '/v1/reminders?limit=60&count=true'],
    ['a page from the end', '/v1/reminders?limit=60&count=true&skip=9900'],
    ['the next to fire', '/v1/reminders?limit=60&count=true&sort=next'],
    ['a search that finds many', '/v1/reminders?limit=60&search=packed%20lunch'],
    ['a search that finds none in 2,000', '/v1/reminders?limit=60&search=zebra'],
    ['a month of the calendar, four of each day', '/v1/occurrences?from=2030-01-01&to=2030-01-31&perDay=4'],
    [
      'the names of fifty reminders',
      `/v1/reminders?${Array.from({ length: 50 }, (_, index) => `key=notice-${index}`).join('&')}`,
    ],
    ['a page of recipients', `/v1/runs/${encodeURIComponent(scene.runId)}/targets?limit=60`],
    [
      'a page of recipients from the end',
      `/v1/runs/${encodeURIComponent(scene.runId)}/targets?limit=60&skip=9900`,
    ],
    [
      'a search of all recipients',
      `/v1/runs/${encodeURIComponent(scene.runId)}/targets?limit=60&search=parents%209998`,
    ],
  ])
  await context.close()
  return { firstPages, scrolls, typing, answers }
}

async function scroll(browser: Browser, page: Page, path: string, row: string, rate: number): Promise<Busy> {
  await page.goto(path)
  await page.locator(row).first().waitFor()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate })
  try {
    return await whileBusy(browser, page, async () => await scrollThrough(page, row))
  } finally {
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    await devtools.detach()
  }
}

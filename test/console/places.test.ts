import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startConsole, type Console } from './support/console.js'
import { fillEveryPage, names, type Path } from './support/every-page.js'
import { arrive, settled } from './support/school.js'

// Where one is, is in the address: back, forward and a reload find the page, what was chosen on it and how far down one was.

let site: Console
let page: Page
let paths: Path[]
beforeAll(async () => {
  site = await startConsole()
  paths = await fillEveryPage(site, '15550067701')
  page = await site.signedIn()
})
afterAll(async () => {
  await site.close()
})

const heading = async (): Promise<string> => await page.locator('h1').first().innerText()

test('a reload, back and forward stay on every page', async () => {
  const seen: { path: string; name: string }[] = []
  for (const { path } of paths) {
    await arrive(page, `${site.url}${path}`)
    const name = await heading()
    await page.reload()
    await settled(page)
    await eventually(async () => expect(await heading(), path).toBe(name))
    expect(page.url()).toBe(`${site.url}${path}`)
    seen.push({ path, name })
  }
  for (const { path, name } of seen.slice(0, -1).toReversed()) {
    await page.goBack()
    await eventually(async () => expect(await heading(), path).toBe(name))
  }
  for (const { path, name } of seen.slice(1)) {
    await page.goForward()
    await eventually(async () => expect(await heading(), path).toBe(name))
  }
})

test('what an address has beside the choices is no filter', async () => {
  await arrive(page, `${site.url}/reminders?show=none&kind=none&from=letter`)
  await page.locator('[data-reminder]').first().waitFor()
  expect(await page.getByRole('radio', { checked: true }).first().inputValue()).toBe('all')
})

test('what is chosen and searched for is found again after a reload, by back, and by who is given the address', async () => {
  await arrive(page, `${site.url}/reminders`)
  await page.getByText('Paused', { exact: true }).first().click()
  await page.waitForURL(/show=paused/)
  await page.getByRole('searchbox', { name: 'Search' }).fill('Family')
  await page.waitForURL(/search=Family/)
  const rows = page.locator('[data-reminder]')
  await eventually(async () => expect(await rows.count()).toBe(1))
  await page.reload()
  await settled(page)
  await eventually(async () => expect(await rows.count()).toBe(1))
  expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('Family')
  await rows.first().click()
  await page.waitForURL(/\/reminders\/about-emoji$/)
  await page.goBack()
  await page.getByText(names.emoji).first().waitFor()
  await eventually(async () => expect(await rows.count()).toBe(1))
  expect(page.url()).toContain('search=Family')
  expect(page.url()).toContain('show=paused')

  await arrive(page, `${site.url}/runs`)
  await page.getByText('With failures', { exact: true }).first().click()
  await page.waitForURL(/show=failed/)
  await page.getByRole('heading', { name: 'No run fits' }).waitFor()
  const other = await site.signedIn()
  await arrive(other, page.url())
  await other.getByRole('heading', { name: 'No run fits' }).waitFor()
  await other.context().close()

  await arrive(page, `${site.url}/calendar`)
  await page.getByText('Week', { exact: true }).click()
  await page.getByRole('button', { name: 'Later' }).click()
  const title = page.locator('main h2').first()
  const week = await title.innerText()
  await page.reload()
  await settled(page)
  await eventually(async () => expect(await title.innerText()).toBe(week))
})

import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startApiProcess, type ApiProcess } from './support/api-process.js'
import { startConsole, type Console } from './support/console.js'
import { arrive, openSchool, received, settled, type School } from './support/school.js'

// A connection that goes away, an API that dies and comes back, and answers that are lost: what is seen says so, nothing that was
// written is lost, and what was asked for is done once.

let site: Console
let school: School
let api: ApiProcess
const groups = ['Parents 1A', 'Parents 1B', 'Choir', 'Orchestra']

beforeAll(async () => {
  site = await startConsole()
  ;[school, api] = await Promise.all([
    openSchool(site, { phone: '15550027701', groups }),
    startApiProcess(site.system),
  ])
})
afterAll(async () => {
  await api.kill()
  await site.close()
})

const mark = (page: Page, state: 'Live' | 'Reconnecting' | 'Offline') =>
  page.getByRole('navigation').getByText(state, { exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: 'New reminder' }).first().click()
  await page.getByLabel('Text', { exact: true }).fill(text)
  await page.getByLabel('Choir').check()
}

async function keysOf(text: string): Promise<string[]> {
  const { items } = await site.system.client.reminders.list({ limit: 100 })
  return items.filter(({ definition }) => JSON.stringify(definition).includes(text)).map(({ key }) => key)
}

/** A reminder that fires in a long time. */
async function reminder(key: string): Promise<void> {
  await site.system.client.reminders.create({
    key,
    account: school.account,
    to: 'Choir',
    text: `About ${key}`,
    cron: '0 9 1 1 *',
    zone: 'Africa/Nairobi',
  })
}

test('without a connection the mark says so, pages stay, buttons tell, and what was written is saved when it is back', async () => {
  const page = await site.signedIn()
  await reminder('yearly')
  await arrive(page, `${site.url}/reminders`)
  await page.getByText('About yearly').waitFor()
  await write(page, 'Written in a tunnel')
  await mark(page, 'Live').waitFor()

  await page.context().setOffline(true)
  await mark(page, 'Offline').waitFor()
  await page.locator('main').getByText('There is no connection.').waitFor()
  // What it will do cannot be asked: nothing was to be done by that.
  await page.getByLabel('Parents 1A').check()
  await page.getByText('There is no connection to Carillon. It is tried again by itself.').waitFor()
  await button(page, 'Create reminder').first().click()
  await page.getByText('Carillon did not answer, so this may not have been done.').waitFor()
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Written in a tunnel')
  // What was read before is there to be read.
  await page.getByRole('navigation').getByRole('link', { name: 'Reminders' }).click()
  await page.getByText('About yearly').waitFor()
  // A page that this browser has not got yet says that it could not be had, and nothing else is lost by it.
  await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).click()
  await page.getByText('This could not be loaded').waitFor()
  await page.keyboard.press('Control+K')
  await button(page, 'Sign out').first().click()
  await page.getByText('You are still signed in here').waitFor()

  await page.context().setOffline(false)
  await mark(page, 'Live').waitFor()
  await page.getByRole('heading', { name: 'Activity' }).waitFor()
  await page.getByRole('cell', { name: /created the reminder “About yearly”/ }).waitFor()
  expect(await keysOf('Written in a tunnel')).toEqual([])
  await arrive(page, `${site.url}/reminders/new`)
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Written in a tunnel')
  await button(page, 'Create reminder').first().click()
  await page.waitForURL(/\/reminders\/r-/)
  expect(await keysOf('Written in a tunnel')).toHaveLength(1)
  await page.context().close()
})

test('an API that is killed and started again is waited for, and the run that is watched catches up without a gap', async () => {
  const text = 'Sent while nobody looked'
  const { client, whatsapp } = site.system
  await client.reminders.create({
    key: 'watched',
    account: school.account,
    to: groups,
    text,
    cron: '0 9 1 1 *',
    zone: 'Africa/Nairobi',
  })
  await whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const { runId = '' } = await client.reminders.fire('watched')
  const page = await site.page()
  await page.goto(await api.link())
  await page.getByRole('navigation').waitFor()
  await arrive(page, `${api.url}/runs/${encodeURIComponent(runId)}`)
  await mark(page, 'Live').waitFor()
  await eventually(async () => expect(await received(site, text)).toBeGreaterThan(0))
  const shown = async (): Promise<string> => await page.locator('[data-done]').innerText()
  await page.locator('[data-state="running"]').waitFor()
  expect(await shown()).toMatch(/of 4$/)

  await api.kill()
  await mark(page, 'Reconnecting').waitFor()
  // It is read all the same, and a button that is pressed says what became of that.
  expect(await shown()).toMatch(/of 4$/)
  await button(page, 'Pause').click()
  await page.getByText('Carillon did not answer, so this may not have been done.').waitFor()
  // All of it is sent meanwhile.
  await whatsapp.clearFaults()
  await whatsapp.releaseAcks()
  await eventually(async () => expect((await client.runs.progress(runId)).run.state).toBe('completed'))

  await api.start()
  await mark(page, 'Live').waitFor()
  await page.locator('[data-state="completed"]').waitFor()
  expect(await shown()).toBe('4 of 4')
  // Each is told with what became of it, as if it had been watched.
  const targets = page.getByRole('list', { name: 'Recipients' }).getByText('Sent', { exact: true })
  await eventually(async () => expect(await targets.count()).toBe(4))
  await whatsapp.settled()
  expect(await received(site, text)).toBe(8)
  await page.context().close()
})

test('a page that is opened while the API does not say who is signed in goes on by itself', async () => {
  const page = await site.signedIn()
  await page.route('**/v1/sign-in', async (route) => await route.abort('connectionrefused'))
  await page.goto(`${site.url}/reminders`)
  await page.getByRole('heading', { name: 'Carillon does not answer' }).waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await page.getByRole('heading', { name: 'Reminders' }).waitFor()
  await settled(page)
  await page.context().close()
})

test('a network that goes without a word is found out by who comes back to the page, and found again', async () => {
  const page = await site.signedIn()
  await arrive(page, `${site.url}/reminders`)
  await mark(page, 'Live').waitFor()
  const away = ['**/healthz', '**/v1/events']
  for (const one of away) await page.route(one, async (route) => await route.abort('timedout'))
  // The stream is open, and nothing comes by it.
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
  await mark(page, 'Reconnecting').waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await mark(page, 'Live').waitFor()
  await page.context().close()
})

/** The API does what is asked, and nobody hears of it: also not the attempts that the client makes by itself. */
async function losingAnswers(page: Page, path: string, work: () => Promise<void>): Promise<Request[]> {
  const asked: Request[] = []
  const lost: Promise<unknown>[] = []
  const told = page.getByText('Carillon did not answer, so this may not have been done.')
  const notices = page.getByRole('alert').filter({ has: told })
  // What was told of the answers lost before.
  for (let count = await notices.count(); count > 0; count--) {
    await notices.last().getByRole('button', { name: 'Close' }).click()
    await eventually(async () => expect(await notices.count()).toBeLessThan(count))
  }
  const lose = `**/v1${path}`
  await page.route(lose, async (route) => {
    if (route.request().method() === 'GET') return await route.continue()
    asked.push(route.request())
    const over = route.fetch().then(() => route.abort('connectionreset'))
    lost.push(over)
    return await over
  })
  await work()
  await told.first().waitFor()
  await Promise.all(lost)
  await page.unrouteAll({ behavior: 'wait' })
  return asked
}

const menu = async (page: Page, item: string): Promise<void> => {
  await button(page, 'More').click()
  await page.getByRole('menuitem', { name: item }).click()
}
const inDialog = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true })

test('a pause, a snooze, a skip and a send by hand whose answers are lost are done once, however often they are asked again', async () => {
  const page = await site.signedIn()
  await reminder('lossy')
  const { client } = site.system
  const actionsOf = async (): Promise<string[]> => {
    const { items } = await client.audit.list({ limit: 100 })
    return items.filter(({ subject }) => subject.endsWith('/lossy')).map(({ action }) => action)
  }
  await arrive(page, `${site.url}/reminders/lossy`)
  const { nextFire } = await client.reminders.show('lossy')

  await menu(page, 'Send now')
  const asked = await losingAnswers(page, '/reminders/lossy/fire', () => inDialog(page, 'Send now').click())
  expect(new Set(asked.map((request) => request.headers()['idempotency-key'])).size).toBe(1)
  await inDialog(page, 'Send now').click()
  await page.waitForURL(/\/runs\//)
  const { items: runs } = await client.runs.list({ key: 'lossy' })
  expect(runs).toHaveLength(1)
  await page.locator('[data-state="completed"]').waitFor()

  await arrive(page, `${site.url}/reminders/lossy`)
  await menu(page, 'Put the next one off')
  await losingAnswers(page, '/reminders/lossy/snooze', () => inDialog(page, 'Put the next one off').click())
  await inDialog(page, 'Put the next one off').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const snoozed = await client.reminders.show('lossy')
  expect(snoozed.nextFire?.getTime()).toBe((nextFire?.getTime() ?? 0) + 3_600_000)

  await menu(page, 'Leave the next one out')
  await losingAnswers(page, '/reminders/lossy/skip', () => inDialog(page, 'Leave the next one out').click())
  await inDialog(page, 'Leave the next one out').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // One of them was left out, and not two.
  const year = (date: Date | null | undefined): number => date?.getUTCFullYear() ?? 0
  expect(year((await client.reminders.show('lossy')).nextFire)).toBe(year(nextFire) + 1)

  await losingAnswers(page, '/reminders/lossy/pause', () => button(page, 'Pause').click())
  // It is seen that it was done: there is nothing to ask again.
  await button(page, 'Resume').waitFor()
  await losingAnswers(page, '/reminders/lossy/resume', () => button(page, 'Resume').click())
  await button(page, 'Pause').waitFor()

  await menu(page, 'End this reminder')
  await losingAnswers(page, '/reminders/lossy/cancel', () => inDialog(page, 'End this reminder').click())
  await inDialog(page, 'End this reminder').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.locator('dl').getByText('Canceled', { exact: true }).waitFor()
  const done = await actionsOf()
  expect(done.toSorted()).toEqual(['cancel', 'create', 'fireNow', 'pause', 'resume', 'skipNext', 'snooze'])
  await page.context().close()
})

test('an edit whose answer is lost is found when it is saved again, and is nobody else’s', async () => {
  const page = await site.signedIn()
  await reminder('edited')
  await arrive(page, `${site.url}/reminders/edited/edit`)
  await page.getByLabel('Text', { exact: true }).fill('Another text')
  await losingAnswers(page, '/reminders/edited', () => button(page, 'Save changes').first().click())
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Another text')
  await button(page, 'Save changes').first().click()
  await page.waitForURL(/\/reminders\/edited$/)
  await expect(page.getByRole('dialog').count()).resolves.toBe(0)
  const { definition } = await site.system.client.reminders.show('edited')
  expect(definition.parts).toEqual([{ kind: 'text', text: 'Another text' }])
  await page.context().close()
})

test('an account and a token whose answers are lost are found when they are asked for again', async () => {
  const page = await site.signedIn()
  const { client } = site.system
  await arrive(page, `${site.url}/accounts`)
  await button(page, 'Add an account').click()
  await page.getByLabel('Name').fill('second')
  await losingAnswers(page, '/accounts', () => inDialog(page, 'Next').click())
  await inDialog(page, 'Next').click()
  await page.getByRole('dialog', { name: /second/ }).waitFor()
  await page.keyboard.press('Escape')
  expect((await client.accounts.list()).map(({ id }) => id).toSorted()).toEqual(['office', 'second'])

  await arrive(page, `${site.url}/tokens`)
  await button(page, 'Make a token').click()
  await page.getByLabel('Name').fill('program')
  await losingAnswers(page, '/tokens', () => inDialog(page, 'Make a token').click())
  await inDialog(page, 'Make a token').click()
  const secret = (await page.locator('[data-secret]').innerText()).trim()
  const { items } = await client.tokens.list()
  expect(items.filter(({ name }) => name === 'program')).toHaveLength(1)
  const answer = await fetch(`${site.url}/v1/reminders`, { headers: { Authorization: `Bearer ${secret}` } })
  expect(answer.status).toBe(200)
  await page.context().close()
})

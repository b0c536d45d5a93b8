import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptRow, addBotRow } from '../support/bots.js'
import { eventually } from '../support/eventually.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// The flows of the console against the whole system: real Temporal, Postgres, Baileys and a local WhatsApp.

const phone = '15550007701'
const groupNames = ['Parents 1A', 'Parents 1B', 'Choir', 'كرة القدم']

let site: Console
let page: Page
beforeAll(async () => {
  site = await startConsole()
  await site.system.whatsapp.createAccount({ phone })
  for (const [index, subject] of groupNames.entries())
    await site.system.whatsapp.createGroup({
      subject,
      members: [phone, `1555000780${index}`, `1555000790${index}`],
    })
})
afterAll(async () => {
  await site.close()
})

const go = async (on: Page, path: string): Promise<void> => {
  await on.goto(`${site.url}${path}`)
}
const button = (on: Page, name: string) => on.getByRole('button', { name, exact: true })

async function write(on: Page, text: string, groups: readonly string[]): Promise<void> {
  await go(on, '/reminders/new')
  await on.getByLabel('Text', { exact: true }).fill(text)
  for (const name of groups) await on.getByLabel(name).check()
}

async function keys(): Promise<string[]> {
  const { items } = await site.system.client.reminders.list({ limit: 500 })
  return items.map(({ key }) => key)
}

/** How many messages each group has got. */
async function received(text: string): Promise<number> {
  const inboxes = await site.system.whatsapp.inboxes()
  const all = inboxes.flatMap(({ messages }) => messages.map((message) => JSON.stringify(message)))
  return all.filter((message) => message.includes(text)).length
}

test('who is not signed in is told how to, and a one-time link leads an empty system by the hand to a linked phone', async () => {
  page = await site.page()
  await go(page, '/reminders')
  await expect(page.getByRole('heading', { name: 'Sign in' }).innerText()).resolves.toBe('Sign in')
  await page.goto(await site.link())
  await page.getByRole('heading', { name: 'Welcome to Carillon' }).waitFor()
  expect(page.url()).toBe(`${site.url}/start`)

  await page.getByLabel('Name').fill('office')
  await button(page, 'Next').click()
  const qr = page.locator('img[data-challenge]')
  await qr.waitFor()
  expect(await page.evaluate(`document.querySelector('img[data-challenge]').naturalWidth > 0`)).toBe(true)
  await site.system.whatsapp.scanQr({
    account: phone,
    qr: (await qr.getAttribute('data-challenge')) ?? '',
  })
  await page.getByText('“office” is linked, with 4 groups.').waitFor()
})

test('a link signs in once', async () => {
  const link = await site.link()
  const first = await site.page()
  await first.goto(link)
  await first.getByRole('navigation').waitFor({ state: 'attached' })
  expect(first.url()).not.toContain('#')
  const second = await site.page()
  await second.goto(link)
  await second.getByText('This link was used before').waitFor()
  await Promise.all([first.context().close(), second.context().close()])
})

test('what saving will do is shown as one writes, and a double-clicked Save makes one reminder', async () => {
  await write(page, '*Trip* on Friday', ['Parents 1A', 'Choir', 'كرة القدم'])
  const forecast = page.getByRole('region', { name: 'What will happen' })
  await forecast.getByText('It goes to 3 recipients').waitFor()
  await page.getByText('Again and again').click()
  await page.getByLabel('Time', { exact: true }).fill('08:00')
  await forecast.getByText(/every \w+ at 08:00 \(Africa\/Nairobi\)/).waitFor()
  await expect(forecast.locator('time').count()).resolves.toBe(10)
  await expect(page.getByRole('group', { name: 'How it looks' }).locator('strong').innerText()).resolves.toBe(
    'Trip',
  )

  await button(page, 'Create reminder').first().dblclick()
  await page.waitForURL(/\/reminders\/r-/)
  await page.getByRole('heading', { name: 'Trip on Friday' }).waitFor()
  expect(await keys()).toHaveLength(1)
})

test('after a lost answer, to save again finds the one that is there', async () => {
  await write(page, 'Lost and found', ['Choir'])
  let isLost = false
  await page.route('**/v1/reminders', async (route) => {
    if (isLost || route.request().method() !== 'POST') return await route.continue()
    isLost = true
    const answer = await route.fetch()
    expect(answer.status()).toBeLessThan(300)
    // Something between the two answers in its place, for as often as the client asks again by itself.
    await route.fulfill({ status: 400, contentType: 'text/plain', body: 'lost' })
  })
  await button(page, 'Create reminder').first().click()
  await page.getByText('That did not work').waitFor()
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Lost and found')
  await button(page, 'Create reminder').first().click()
  await page.waitForURL(/\/reminders\/r-/)
  await page.unrouteAll({ behavior: 'wait' })
  expect(await keys()).toHaveLength(2)
})

test('a reload in mid-edit keeps what was written', async () => {
  await write(page, 'Half a thou', ['Choir'])
  await page.waitForTimeout(400)
  await page.reload()
  await page.getByText('You go on with what you wrote before.').waitFor()
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Half a thou')
  await button(page, 'Start over').click()
})

test('of two editors the second sees what changed, and loses nothing', async () => {
  const [key = ''] = await keys()
  const other = await site.signedIn()
  await go(page, `/reminders/${key}/edit`)
  await go(other, `/reminders/${key}/edit`)
  await other.getByLabel('Choir').waitFor()
  await page.getByLabel('Text', { exact: true }).fill('The second one’s text')
  await other.getByLabel('Parents 1B').check()
  await button(other, 'Save changes').first().click()
  await other.waitForURL(/\/reminders\/[^/]+$/)

  await button(page, 'Save changes').first().click()
  await page.getByText('Somebody else has changed this reminder').waitFor()
  await page.getByRole('dialog').getByText('who gets it').waitFor()
  await page.getByRole('dialog').getByText('2 recipients').waitFor()
  await button(page, 'Put my changes on top').click()
  await page.waitForURL(/\/reminders\/[^/]+$/)
  const { definition } = await site.system.client.reminders.show(key)
  expect(definition.parts).toEqual([{ kind: 'text', text: 'The second one’s text' }])
  expect(definition.audience).toMatchObject({ recipients: { length: 2 } })
  await other.context().close()
})

test('a run is watched live, paused in the middle and resumed, and its recipients have what the page says', async () => {
  const text = 'Watched'
  await write(page, text, groupNames)
  await button(page, 'Create reminder').first().click()
  await page.waitForURL(/\/reminders\/r-/)
  const { whatsapp } = site.system
  await whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  await button(page, 'More').click()
  await page.getByRole('menuitem', { name: 'Send now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send now' }).click()
  await page.waitForURL(/\/runs\//)
  await eventually(async () => expect(await received(text)).toBeGreaterThan(0))
  await page.locator('[data-state="running"]').waitFor()

  // What is on its way leaves, and nothing after it.
  await button(page, 'Pause').click()
  await page.locator('[data-state="paused"]').waitFor()
  await whatsapp.clearFaults()
  await whatsapp.releaseAcks()
  const shown = await eventually(async () => {
    const done = Number(await page.locator('[data-done]').getAttribute('data-done'))
    expect(done).toBeGreaterThan(0)
    return done
  })
  expect(shown).toBeLessThan(groupNames.length)

  await button(page, 'Resume').click()
  await page.locator('[data-state="completed"]').waitFor()
  await expect(page.locator('[data-done]').innerText()).resolves.toBe('4 of 4')
  // Two members each beside the account's own.
  await site.system.whatsapp.settled()
  expect(await received(text)).toBe(groupNames.length * 2)
})

test('times of a reminder elsewhere name its zone, where one is put off and until when it is paused', async () => {
  const { reminders } = site.system.client
  await reminders.create({
    key: 'elsewhere',
    account: 'office',
    to: 'Choir',
    text: 'Elsewhere',
    repeat: 'FREQ=DAILY',
    start: '2030-05-06T08:00',
    zone: 'Asia/Tokyo',
  })
  await reminders.pause('elsewhere', { until: '2030-05-01 09:00' })
  await go(page, '/reminders/elsewhere')
  await page.getByText(/^Paused until .*09:00 \(Asia\/Tokyo\)$/).waitFor()
  await reminders.resume('elsewhere')
  await button(page, 'More').click()
  await page.getByRole('menuitem', { name: 'Put the next one off' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/It is due .*08:00 \(Asia\/Tokyo\)/).waitFor()
  const fields = dialog.getByRole('group', { name: 'Move it to (Time in Asia/Tokyo)' })
  expect(await fields.getByLabel('Time').inputValue()).toBe('09:00')
  await button(page, 'Cancel').click()
})

test.each([
  ['Send now', '/fire'],
  ['End this reminder', '/cancel'],
  ['Delete', ''],
])('where no worker has acted on it yet, %s says that it is asked for, and no more', async (name, path) => {
  const { reminders } = site.system.client
  const text = `Asked: ${name}`
  const { key } = await reminders.create({ account: 'office', to: 'Choir', text, at: '2030-05-06T08:00' })
  await go(page, `/reminders/${key}`)
  await page.getByRole('heading', { name: text }).waitFor()
  // As it is answered after 15 seconds.
  await page.route(`**/v1/reminders/${key}${path}`, async (route) => {
    if (route.request().method() === 'GET') return await route.continue()
    const answer = await page.request.get(`${site.url}/v1/reminders/${key}`)
    const state: unknown = await answer.json()
    await route.fulfill({ json: { confirmed: false, state } })
  })
  await button(page, 'More').click()
  await page.getByRole('menuitem', { name }).click()
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  await page.getByText('It is asked for and will be done as soon as a worker runs.').first().waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.getByText('It is deleted.').count()).toBe(0)
  expect(page.url()).toBe(`${site.url}/reminders/${key}`)
})

test('where the way to a code is refused it is found again, and where that lasts it is said', async () => {
  await site.system.client.accounts.add({ id: 'refused' })
  const fresh = await site.signedIn()
  let refusals = 0
  let most = 1
  await fresh.route('**/pairing/events', async (route) => {
    refusals += 1
    await (refusals > most ? route.continue() : route.fulfill({ status: 503, body: 'being started' }))
  })
  await fresh.clock.install()
  await go(fresh, '/accounts')
  const link = fresh.locator('[data-account="refused"]').getByRole('button', { name: 'Link a phone' })
  await link.click()
  await eventually(() => expect(refusals).toBe(1))
  await fresh.clock.runFor(5_000)
  await fresh.locator('img[data-challenge]').waitFor()
  await fresh.reload()
  ;[refusals, most] = [0, Infinity]
  await link.click()
  await eventually(async () => {
    await fresh.clock.runFor(5_000)
    await fresh.getByRole('alert').getByText('It was not linked.').waitFor({ timeout: 500 })
  })
  most = 0
  await button(fresh, 'Show a new code').click()
  await fresh.locator('img[data-challenge]').waitFor()
  await fresh.context().close()
  await site.system.client.accounts.remove('refused')
})

test('what a bot gave up is on a page of its own, where there are bots, and is tried again from there', async () => {
  await go(page, '/')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const link = page.getByRole('link', { name: 'Could not be handled' })
  await expect(link.count()).resolves.toBe(0)
  const { database, operator, client } = site.system
  await addBotRow(database, { id: 'lobby', operator })
  for (const updateId of [1, 2, 3])
    await acceptRow(database, { bot: 'lobby', updateId, operator, chat: updateId })
  await database.query(`update telegram_update set state = 'dead', ended_at = now() where bot = 'lobby'`)

  await page.reload()
  await link.click()
  await button(page, 'Why update 1 was given up').click()
  await page.getByRole('dialog').getByText('What Telegram sent').waitFor()
  await page.keyboard.press('Escape')
  // One that is waited for holds up no other.
  let letGo: (() => void) | undefined
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve))
  await page.route('**/v1/inbox/lobby/1/redrive', async (route) => {
    await isLetGo
    await route.continue()
  })
  await button(page, 'Try again: update 1').click()
  await button(page, 'Try again: update 3').click()
  await page.locator('[data-update="3"]').waitFor({ state: 'detached' })
  letGo?.()
  await page.locator('[data-update="1"]').waitFor({ state: 'detached' })
  const dead = await client.inbox.list({ states: ['dead'] })
  expect(dead.items.map(({ updateId }) => updateId)).toEqual([2])
})

test('a session that ends in mid-edit asks to sign in over the page, and nothing that was written is lost', async () => {
  const mine = await site.signedIn()
  await write(mine, 'Still here', ['Choir'])
  await mine.getByText('It goes to 1 recipient').waitFor()
  await mine.context().clearCookies()
  // The next thing that the page asks for is refused: here what saving would do.
  await mine.getByLabel('Parents 1A').check()
  await mine.getByRole('dialog', { name: 'You were signed out' }).waitFor()
  const { secret } = await site.system.client.tokens.create({ name: 'again', role: 'owner' })
  await mine.getByRole('dialog').getByLabel('Token').fill(secret)
  await mine.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click()
  await mine.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await mine.getByLabel('Text', { exact: true }).inputValue()).toBe('Still here')
  await button(mine, 'Create reminder').first().click()
  await mine.waitForURL(/\/reminders\/r-/)
  await mine.context().close()
})

test('a viewer looks at everything and has no button that changes anything', async () => {
  const viewer = await site.signedIn({ role: 'viewer' })
  await go(viewer, '/reminders')
  await viewer.locator('[data-reminder]').first().waitFor()
  await expect(viewer.getByRole('link', { name: 'New reminder' }).count()).resolves.toBe(0)
  await viewer.locator('[data-reminder]').first().click()
  await viewer.waitForURL(/\/reminders\/r-/)
  await viewer.locator('dl').waitFor()
  await expect(viewer.locator('main').getByRole('button').count()).resolves.toBe(0)
  await expect(viewer.getByRole('link', { name: 'Tokens' }).count()).resolves.toBe(0)
  await viewer.context().close()
})

test('by the keyboard alone one goes anywhere', async () => {
  await go(page, '/')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.keyboard.press('Control+K')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('acc')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/accounts$/)
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL(/\/settings$/)
})

test('no page has anything that axe finds, in either theme, nor is any wider than a phone', async () => {
  const [key = ''] = await keys()
  const [run] = (await site.system.client.runs.list()).items
  const paths = [
    '/',
    '/start',
    '/reminders',
    '/reminders/new',
    `/reminders/${encodeURIComponent(key)}`,
    `/reminders/${encodeURIComponent(key)}/edit`,
    '/calendar',
    '/runs',
    `/runs/${encodeURIComponent(run?.id ?? '')}`,
    '/accounts',
    '/activity',
    '/webhooks',
    '/telegram',
    '/inbox',
    '/tokens',
    '/settings',
    '/runs/none',
  ]
  const found: string[] = []
  for (const path of paths) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      if (colorScheme === 'light') {
        await go(page, path)
        await page.locator('main h1, h1').first().waitFor()
        await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
      }
      found.push(...(await axeFindings(page)).map((one) => `${path} ${colorScheme} ${one}`))
    }
    await page.setViewportSize({ width: 360, height: 740 })
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    await page.setViewportSize({ width: 1280, height: 800 })
    if (overflow > 0) found.push(`${path} is ${overflow} px wider than a phone`)
  }
  expect(found).toEqual([])
})

test('the first page is at most 250 KB, all of it from here, and no policy was broken', async () => {
  const fresh = await site.signedIn()
  await go(fresh, '/')
  await fresh.getByRole('heading', { name: 'Overview' }).waitFor()
  const loaded = await fresh.evaluate<{ name: string; size: number }[]>(
    `performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => ({ name, size: encodedBodySize }))`,
  )
  const files = loaded.filter(({ name }) => !name.includes('/v1/'))
  expect(files.every(({ name }) => name.startsWith(site.url))).toBe(true)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  expect(total).toBeGreaterThan(50_000)
  expect(total).toBeLessThanOrEqual(250_000)
  expect(site.errors).toEqual([])
  await fresh.context().close()
})

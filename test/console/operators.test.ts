import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { eventually } from '../support/eventually.js'
import { patienceMs, startConsole, type Console } from './support/console.js'
import { arrive, openSchool, sentRun, settled } from './support/school.js'

// Who is signed in sees and changes what is theirs: another operator nothing of it, a viewer without changing it.

let site: Console
let neighbour: CarillonClient
let run: string
const foreign = 'neighbour'
/** What nobody else may see a word of. */
const ours = { key: 'board-meeting', text: 'The board meets in secret', group: 'Board of the school' }

beforeAll(async () => {
  site = await startConsole()
  const { temporal, database, client } = site.system
  await openSchool(site, { phone: '15550017701', groups: [ours.group] })
  await client.reminders.create({
    key: ours.key,
    account: 'office',
    to: ours.group,
    text: ours.text,
    cron: '0 9 * * MON',
    zone: 'Africa/Nairobi',
  })
  run = await sentRun(site, ours.key)
  neighbour = createCarillonClient({ temporal, database, operator: foreign })
})
afterAll(async () => {
  await site.close()
})

const go = async (on: Page, path: string): Promise<void> => await arrive(on, `${site.url}${path}`)
const tokenOf = async (client: CarillonClient): Promise<string> =>
  (await client.tokens.create({ name: `t-${Date.now()}`, role: 'owner' })).secret

async function signInBy(page: Page, secret: string): Promise<void> {
  await page.getByLabel('Token').fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signedInAs(client: CarillonClient): Promise<Page> {
  const page = await site.page()
  await page.goto(`${site.url}/settings`)
  await page.getByRole('button', { name: 'Sign in with a token' }).click()
  await signInBy(page, await tokenOf(client))
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  return page
}

const wordsOf = async (page: Page): Promise<string> => await page.locator('body').innerText()
/** Once it says that there is nothing: it asks again when the events are there, and says nothing meanwhile. */
const wordsOfNothing = async (page: Page): Promise<string> =>
  await eventually(async () => {
    const words = await wordsOf(page)
    expect(words).toContain('There is nothing at this address')
    return words
  })

test('another operator sees nothing of the first, and of its addresses what is told of those that never were', async () => {
  const page = await signedInAs(neighbour)
  // The account's name is the example of one that the page gives to whoever has none.
  const secrets = [ours.text, ours.group, run]
  for (const path of [
    '/',
    '/reminders',
    '/calendar',
    '/runs',
    '/accounts',
    '/activity',
    '/webhooks',
    '/tokens',
  ]) {
    await go(page, path)
    const words = await wordsOf(page)
    for (const secret of [...secrets, ours.key]) expect(words, `${path} has ${secret}`).not.toContain(secret)
  }
  for (const [there, never] of [
    [`/reminders/${ours.key}`, '/reminders/never-was'],
    [`/reminders/${ours.key}/edit`, '/reminders/never-was/edit'],
    [`/runs/${encodeURIComponent(run)}`, '/runs/never-was'],
  ] as const) {
    await go(page, there)
    const told = (await wordsOfNothing(page)).replaceAll(ours.key, 'never-was')
    for (const secret of secrets) expect(told).not.toContain(secret)
    await go(page, never)
    await eventually(async () => expect(await wordsOf(page)).toBe(told))
  }
  // The API itself says no more.
  const asked = await page.evaluate<{ status: number; detail: string }[]>(
    `Promise.all(${JSON.stringify([`/v1/reminders/${ours.key}`, `/v1/runs/${encodeURIComponent(run)}`, '/v1/accounts/office'])}
      .map(async (path) => { const answer = await fetch(path); return { status: answer.status, detail: (await answer.json()).detail } }))`,
  )
  expect(asked.map(({ status }) => status)).toEqual([404, 404, 404])
  expect(JSON.stringify(asked)).not.toContain(ours.text)
  await page.context().close()
})

const pages = [
  '/',
  '/reminders',
  `/reminders/${ours.key}`,
  '/calendar',
  '/runs',
  'run',
  '/accounts',
  '/activity',
  '/settings',
] as const
/** Of the page alone: they change what is seen, or the viewer's own sign-in. */
const harmless =
  /^(?:Today|Before|After|Earlier|Later|Previous|Next|Show more|As a table|As a chart|Sign out|Sign out every browser|Download|.*, \d+ more|\+\d+.*|Month|Week|Agenda|Board of the school|.*The board meets in secret.*)$/

test('a viewer has no button that changes anything on any page, and is refused in words what is asked by its address', async () => {
  const viewer = await site.signedIn({ role: 'viewer' })
  const found: string[] = []
  for (const page of pages) {
    await go(viewer, page === 'run' ? `/runs/${encodeURIComponent(run)}` : page)
    for (const button of await viewer.locator('main').getByRole('button').all()) {
      const name = (await button.getAttribute('aria-label')) ?? (await button.innerText())
      if (!harmless.test(name.trim().replaceAll(/\s+/g, ' '))) found.push(`${page}: ${name}`)
    }
    for (const link of await viewer.locator('main a[href*="/new"], main a[href$="/edit"]').all())
      found.push(`${page}: ${await link.innerText()}`)
  }
  expect(found).toEqual([])

  for (const [path, words] of [
    ['/reminders/new', 'This page is for those who may change something'],
    [`/reminders/${ours.key}/edit`, 'This page is for those who may change something'],
    ['/inbox', 'This page is for those who may change something'],
    ['/webhooks', 'This page is for owners'],
    ['/tokens', 'This page is for owners'],
    ['/start', 'This page is for owners'],
  ] as const) {
    await go(viewer, path)
    await viewer.getByText(words).waitFor()
    await viewer.getByText('You are signed in as: Viewer').waitFor()
  }

  const refused = await viewer.evaluate<{ status: number; detail: string }[]>(`(async () => {
    const { csrf } = await (await fetch('/v1/sign-in')).json()
    const asks = [['POST', '/v1/reminders/${ours.key}/pause'], ['DELETE', '/v1/reminders/${ours.key}'], ['POST', '/v1/reminders/${ours.key}/fire'],
      ['POST', '/v1/accounts/office/pause'], ['POST', '/v1/tokens'], ['POST', '/v1/webhooks']]
    return await Promise.all(asks.map(async ([method, path]) => {
      const headers = { 'x-carillon-csrf': csrf, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
      const answer = await fetch(path, { method, headers, body: method === 'POST' ? '{}' : undefined })
      return { status: answer.status, detail: (await answer.json()).detail }
    }))
  })()`)
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
  for (const { detail } of refused) expect(detail).toMatch(/viewer|owner|editor|may/)
  expect((await site.system.client.reminders.show(ours.key)).state).toBe('scheduled')
  await viewer.context().close()
})

test('an editor is told that a page is for owners, and writes', async () => {
  const editor = await site.signedIn({ role: 'editor' })
  await go(editor, '/tokens')
  await editor.getByText('This page is for owners').waitFor()
  await go(editor, '/accounts')
  await expect(editor.getByRole('button', { name: 'Add an account' }).count()).resolves.toBe(0)
  await go(editor, '/reminders/new')
  await editor.getByLabel('Text', { exact: true }).waitFor()
  await editor.context().close()
})

test('a link for more rights of the same operator leads to the console with them', async () => {
  const page = await site.signedIn({ role: 'editor' })
  const other = await page.context().newPage()
  other.setDefaultTimeout(patienceMs)
  await page.goto(await site.link())
  await page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).waitFor()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  // A page without a link has nothing for who is signed in.
  await other.goto(`${site.url}/sign-in`)
  await other.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.context().close()
})

test('who signs in over what another operator had begun begins anew, and the first finds it again', async () => {
  const page = await signedInAs(site.system.client)
  await go(page, '/reminders/new')
  await page.getByLabel('Text', { exact: true }).fill('For our eyes only')
  await page.getByLabel(ours.group).check()
  await page.getByText('It goes to 1 recipient').waitFor()
  await page.context().clearCookies()
  // The next thing that the page asks for is refused: here what saving would do.
  await page.getByLabel('Text', { exact: true }).fill('For our eyes only!')
  await page.getByRole('dialog', { name: 'You were signed out' }).waitFor()
  await signInBy(page, await tokenOf(neighbour))

  await page.getByRole('heading', { name: 'Welcome to Carillon' }).waitFor()
  expect(await wordsOf(page)).not.toContain('For our eyes only')
  await go(page, '/reminders/new')
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('')
  await expect(page.getByLabel(ours.group).count()).resolves.toBe(0)

  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.getByRole('button', { name: 'Sign in with a token' }).click()
  await signInBy(page, await tokenOf(site.system.client))
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).waitFor()
  await go(page, '/reminders/new')
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('For our eyes only!')
  await page.context().close()
})

test('what one asked for is never done in the name of who is signed in next', async () => {
  const page = await signedInAs(site.system.client)
  await go(page, '/reminders/new')
  await page.getByLabel('Text', { exact: true }).fill('Ours alone')
  await page.getByLabel(ours.group).check()
  await page.getByText('It goes to 1 recipient').waitFor()
  // As by a page of before, which does not tell this one.
  const secret = await tokenOf(neighbour)
  const answer = await page.context().request.post(`${site.url}/v1/sign-in`, {
    data: { token: secret },
    headers: { origin: site.url, 'sec-fetch-site': 'same-origin' },
  })
  expect(answer.status()).toBe(200)
  await page.getByRole('button', { name: 'Create reminder' }).first().click()
  await page.getByRole('heading', { name: 'Welcome to Carillon' }).waitFor()
  expect((await neighbour.reminders.list()).items).toEqual([])
  await page.context().close()
})

test('two tabs are of one sign-in: they leave together, and a link signs in whoever opens it', async () => {
  const first = await signedInAs(site.system.client)
  const second = await first.context().newPage()
  second.setDefaultTimeout(patienceMs)
  await go(second, '/reminders')
  await second.getByText(ours.text).waitFor()
  await first.getByRole('button', { name: 'Sign out' }).first().click()
  await second.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await wordsOf(second)).not.toContain(ours.text)

  await first.getByRole('button', { name: 'Sign in with a token' }).click()
  await signInBy(first, await tokenOf(neighbour))
  await second.getByRole('heading', { name: 'Welcome to Carillon' }).waitFor()
  // Another operator's link, in a browser that is signed in.
  await second.goto(await site.link())
  await second.getByRole('heading', { name: 'Overview' }).waitFor()
  await settled(first)
  await first.getByRole('heading', { name: 'Overview' }).waitFor()
  await first.context().close()
})

test('of two tabs that each write a new reminder, each has its own, also after a reload', async () => {
  const first = await signedInAs(site.system.client)
  const second = await first.context().newPage()
  second.setDefaultTimeout(patienceMs)
  const text = (page: Page) => page.getByLabel('Text', { exact: true })
  for (const page of [first, second]) await go(page, '/reminders/new')
  if (await first.getByRole('button', { name: 'Start over' }).isVisible())
    for (const page of [first, second]) await page.getByRole('button', { name: 'Start over' }).click()
  await text(first).fill('From the first tab')
  await text(second).fill('From the second tab')
  await first.reload()
  await second.reload()
  await first.getByText('You go on with what you wrote before.').waitFor()
  await second.getByText('You go on with what you wrote before.').waitFor()
  expect([await text(first).inputValue(), await text(second).inputValue()]).toEqual([
    'From the first tab',
    'From the second tab',
  ])
  await first.context().close()
})

test('a tab that opens what another writes takes nothing away of it, and may begin its own in its place', async () => {
  const first = await signedInAs(site.system.client)
  const second = await first.context().newPage()
  second.setDefaultTimeout(patienceMs)
  const text = (page: Page) => page.getByLabel('Text', { exact: true })
  const both = async (): Promise<string[]> => [
    await text(first).inputValue(),
    await text(second).inputValue(),
  ]
  await go(first, '/reminders/new')
  await text(first).fill('Dear')
  await go(first, '/reminders/new')
  await go(second, '/reminders/new')
  expect(await both()).toEqual(['Dear', 'Dear'])
  await text(first).fill('Dear parents')
  await go(first, '/reminders')
  // What it has seen is older than what is kept.
  await go(second, '/reminders')
  for (const page of [first, second]) await go(page, '/reminders/new')
  expect(await both()).toEqual(['Dear parents', 'Dear parents'])

  await second.getByRole('button', { name: 'Start over' }).click()
  await text(second).fill('Dear pupils')
  for (const page of [second, first, second]) await go(page, '/reminders/new')
  expect(await both()).toEqual(['Dear parents', 'Dear pupils'])
  await first.context().close()
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../../console/src/text/en/index.js'
import { de } from '../../console/src/text/de/index.js'
import { english } from '../../src/domain/calendar/words/english.js'
import { readSentence } from '../../src/domain/sentences/read.js'
import { noteZoneData } from '../../src/store/zone-data.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { eventually } from '../support/eventually.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// Somebody whose browser speaks German sees nothing in English, but for what people wrote.

const phone = '15550007711'
const german = { locale: 'de-DE', viewport: { width: 1280, height: 900 } }
const theirs = ['Elternvertretung der Jahrgangsstufe 1A', 'Chor', 'كرة القدم', 'Fußball 👟']

let site: Console
let page: Page
beforeAll(async () => {
  site = await startConsole()
  await site.system.whatsapp.createAccount({ phone })
  for (const [index, subject] of theirs.entries())
    await site.system.whatsapp.createGroup({
      subject,
      members: [phone, `1555000781${index}`, `1555000791${index}`],
    })
  await site.system.pairAccount({ id: 'office', phone })
  await site.system.client.groups.refresh('office')
})
afterAll(async () => {
  await site.close()
})

/** Texts of the English catalogue that stand for themselves; a word of both languages is none. */
function textsOf(catalogue: unknown): string[] {
  if (typeof catalogue === 'string') return [catalogue]
  if (typeof catalogue !== 'object' || catalogue === null) return []
  return Object.values(catalogue).flatMap(textsOf)
}
const own = new Set(textsOf(de))
// What English proposes as the name of an account is what this one is called.
const others = new Set(textsOf(en).filter((text) => !own.has(text) && text !== 'office'))
const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
const englishDays = new RegExp(String.raw`\b(${days.map(english.day).join('|')}|every|once on|until)\b`)

/** What of a page is English: a text of the other catalogue, a sentence of the API, or the name of a day. */
async function englishOn(shown: Page): Promise<string[]> {
  const texts = await shown.evaluate<string[]>(`(() => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) if (walker.currentNode.parentElement.closest('script, style') === null) found.push(walker.currentNode.data)
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(one.getAttribute(name) ?? '')
    return [...found, document.title]
  })()`)
  return texts
    .map((text) => text.trim())
    .filter((text) => others.has(text) || readSentence(text) !== undefined || englishDays.test(text))
}

async function settled(shown: Page): Promise<void> {
  await shown.locator('h1').first().waitFor()
  await eventually(async () =>
    expect(await shown.getByRole('status', { name: de.common.loading }).count()).toBe(0),
  )
}

/** A page of everything, with something in each of them that the API says in words. */
async function everyPage(): Promise<string[]> {
  const { reminders, runs } = site.system.client
  await reminders.create({
    key: 'elternabend',
    account: 'office',
    to: theirs[0],
    text: 'Liebe Eltern, am Donnerstag ist Elternabend.',
    repeat: 'FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=0',
    zone: 'Africa/Nairobi',
    until: '2027-07-01',
  })
  await reminders.create({
    key: 'abgebrochen',
    account: 'office',
    to: theirs.slice(0, 2),
    text: 'Heute fällt der Chor aus.',
    at: 'in 1 hour',
    window: '03:00-03:01',
    zone: 'Africa/Nairobi',
  })
  const { runId = '' } = await reminders.fire('abgebrochen')
  await eventually(async () => expect((await runs.progress(runId)).waitsFor).toMatch(/^window/))
  return [
    '/',
    '/reminders',
    '/reminders/elternabend',
    '/reminders/elternabend/edit',
    '/reminders/new',
    '/import-export',
    '/calendar',
    '/runs',
    `/runs/${encodeURIComponent(runId)}`,
    '/accounts',
    '/activity',
    '/webhooks',
    '/tokens',
    '/settings',
    '/start',
    '/reminders/gibt-es-nicht',
    '/runs/gibt-es-nicht',
  ]
}

let pages: string[]

test('a browser that speaks German is spoken to in German, from the sign-in on', async () => {
  const stranger = await site.page(german)
  await stranger.goto(`${site.url}/reminders`)
  await stranger.getByRole('heading', { name: de.signIn.title }).waitFor()
  expect(await stranger.evaluate('document.documentElement.lang')).toBe('de')
  expect(await englishOn(stranger)).toEqual([])
  await stranger.getByRole('button', { name: de.signIn.withToken }).click()
  await stranger.getByLabel(de.signIn.token).fill('carillon_falsch')
  await stranger.getByRole('button', { name: de.signIn.submit, exact: true }).click()
  await stranger.getByText('Dieses Token oder dieser Link gilt nicht.').waitFor()
  expect(await englishOn(stranger)).toEqual([])
  await stranger.context().close()
  page = await site.signedIn({ ...german, linkName: de.settings.title })
  pages = await everyPage()
})

test('no page has an English text, nor a sentence of the API, and axe finds nothing in either theme', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const path of pages) {
      await page.goto(`${site.url}${path}`)
      await settled(page)
      expect(await englishOn(page), `${path}, ${colorScheme}`).toEqual([])
      expect(await axeFindings(page), `${path}, ${colorScheme}`).toEqual([])
    }
  }
}, 240_000)

test('schedules are in German words, with their zone', async () => {
  await page.goto(`${site.url}/reminders/elternabend`)
  await page
    .getByText('jeden Montag und Donnerstag um 08:00 (Africa/Nairobi), bis Do, 1. Juli 2027')
    .waitFor()
})

test('what a run waits for, and why it was stopped, is in German', async () => {
  const run = pages.find((path) => path.startsWith('/runs/')) ?? ''
  await page.goto(`${site.url}${run}`)
  await page.getByText(de.runs.waits.window).waitFor()
  await page.getByRole('button', { name: de.runs.cancel, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: de.runs.cancel, exact: true }).click()
  await page.locator('[data-held="stopped"]').waitFor()
  await settled(page)
  expect(await englishOn(page)).toEqual([])
  await page.goto(`${site.url}/runs`)
  await page.getByText('office · von Hand abgebrochen').waitFor()
})

test('the warnings and the problems of what is written are in German, and what was written stays', async () => {
  await page.goto(`${site.url}/reminders/new`)
  await page.getByLabel(de.editor.text, { exact: true }).fill('Morgen ist frei.')
  await page.getByLabel(theirs[1] ?? '').check()
  await page.getByText(de.editor.modes.rule, { exact: true }).click()
  await page.getByLabel(de.editor.rule, { exact: true }).fill('FREQ=WEEKLY;BYMONTHDAY=1')
  await page
    .getByText('BYMONTHDAY geht mit FREQ=MONTHLY, YEARLY oder DAILY, nicht mit WEEKLY.')
    .first()
    .waitFor()
  expect(await englishOn(page)).toEqual([])
  await page.getByLabel(de.editor.rule, { exact: true }).fill('0 8 * * MON,XYZ')
  await page
    .getByText(/Hier muss 0 bis 7 oder SUN–SAT .* stehen, nicht „XYZ“/)
    .first()
    .waitFor()
  await page.getByLabel(de.editor.rule, { exact: true }).fill('FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=0')
  await page.getByText(/Die Erinnerung „elternabend“ des Kontos „office“ ist .* fällig/).waitFor()
  await page.getByText(/jeden Montag und Donnerstag um 08:00/).waitFor()
  expect(await englishOn(page)).toEqual([])
  expect(await page.getByLabel(de.editor.text, { exact: true }).inputValue()).toBe('Morgen ist frei.')
})

/** What the API says of the system, in English. */
type SystemAnswer = {
  checks: { found: string; remedy?: string; said?: { found?: object; remedy?: object } }[]
}
/** Words of any English sentence, and of no German one. */
const englishWords = /\b(?:the|is|are|since|what|with|queue|while|carillon [a-z]+|until|polls|read)\b/

test('what the doctor finds and advises is in German, with what an engineer must do said as such', async () => {
  const { client, database, operator } = site.system
  await client.accounts.pauseSends('office', { reason: 'Ferien' })
  await client.webhooks.add({ url: 'https://schule.example.org/carillon' })
  await addBotRow(database, { id: 'pforte', operator })
  await acceptRow(database, { bot: 'pforte', updateId: 1, operator, chat: 1 })
  await database.query(`update telegram_update set state = 'dead', ended_at = now() where bot = 'pforte'`)
  await noteZoneData(database, { owner: 'veraltet:1', version: '2020a' })

  // Its words come with the page that shows them, and with no other.
  const hasItsWords = async () =>
    await page.evaluate<boolean>(
      `performance.getEntriesByType('resource').some(({ name }) => name.includes('/of-doctor'))`,
    )
  await page.goto(`${site.url}/accounts`)
  await settled(page)
  expect(await hasItsWords()).toBe(false)
  await page.goto(`${site.url}/settings`)
  await settled(page)
  await page.getByRole('button', { name: de.settings.details }).click()
  const section = page.locator('[data-looked]')
  await section.getByText('„office“: bereit, aber angehalten.').waitFor()
  await section
    .getByText(
      'Was zu tun ist: Konto von Hand angehalten: Ferien. Drücken Sie beim Konto auf „Senden fortsetzen“',
    )
    .waitFor()
  await section.getByText('Ein Programm kümmert sich um die Verbindungen zu WhatsApp.').waitFor()
  await section.getByText('„pforte“: nichts wartet; 1 konnte nicht bearbeitet werden.').waitFor()
  await section.getByText(/^2020a in 1 Programm, .* hier /).waitFor()
  await section
    .getByText('Was zu tun ist: Wer Carillon betreibt, muss überall dieselbe Version einsetzen.')
    .waitFor()
  expect(await hasItsWords()).toBe(true)
  const shown = await section.allInnerTexts()
  expect(shown.filter((text) => englishWords.test(text))).toEqual([])
  expect(await englishOn(page)).toEqual([])

  // All that was found has a code, and none of it stands there as the API says it.
  const { checks } = await page.evaluate<SystemAnswer>(`fetch('/v1/system').then((answer) => answer.json())`)
  expect(checks.length).toBeGreaterThan(10)
  for (const { found, remedy, said } of checks) {
    expect(said?.found, found).toBeDefined()
    if (remedy !== undefined) expect(said?.remedy, remedy).toBeDefined()
    for (const text of [found, remedy ?? found]) expect(shown.join('\n')).not.toContain(text)
  }
  await client.accounts.resumeSends('office')
})

test('a phone shows long German words without a page wider than its screen', async () => {
  const small = await site.signedIn({
    locale: 'de-DE',
    viewport: { width: 390, height: 844 },
    linkName: de.settings.title,
  })
  for (const path of pages) {
    await small.goto(`${site.url}${path}`)
    await settled(small)
    const over = await small.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(over, path).toBeLessThanOrEqual(0)
  }
  await small.context().close()
})

test('nothing was written to the console of the browser as an error', () => {
  expect(site.errors).toEqual([])
})

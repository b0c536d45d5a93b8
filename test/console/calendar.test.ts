import type { CDPSession, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// The calendar against the whole system: what was sent and what is to come, moved by mouse, finger and keyboard.

const phone = '15550007741'
const zone = 'Africa/Nairobi'
const dayMs = 86_400_000

let site: Console
let page: Page
beforeAll(async () => {
  site = await startConsole()
  await site.system.pairAccount({ id: 'office', phone })
  await site.system.whatsapp.createGroup({ subject: 'Choir', members: [phone, '15550007801'] })
  await eventually(async () => {
    const groups = await site.system.client.groups.list('office')
    expect(groups.map(({ subject }) => subject)).toEqual(['Choir'])
  })
  page = await site.signedIn()
})
afterAll(async () => {
  await site.close()
})

const reminders = () => site.system.client.reminders
const go = async (on: Page, path: string): Promise<void> => {
  await on.goto(`${site.url}${path}`)
}
/** A day in the zone of the browser, such as `2026-12-01`. */
const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * dayMs).toLocaleDateString('en-CA', { timeZone: zone })
const at = (days: number, time = '05:00:00'): string => `${dayFromNow(days)}T${time}Z`

/** At eight each day of the next two weeks and the one before. */
async function daily(key: string, text = key): Promise<void> {
  await reminders().create({
    key,
    account: 'office',
    to: 'Choir',
    text,
    repeat: 'FREQ=DAILY',
    start: `${dayFromNow(1)}T08:00`,
    count: 12,
    zone,
  })
}

/** What is to come, each with the time that the calendar has where it is another one. */
async function coming(key: string, limit = 4): Promise<unknown[]> {
  return (await reminders().upcoming(key, { limit })).upcoming
}

const shownOn = (on: Page, key: string, days: number): Locator =>
  on.locator(`[data-date="${dayFromNow(days)}"] [data-occurrence="${key}"]`)

async function open(on: Page, path = '/calendar'): Promise<void> {
  await go(on, path)
  await on.locator('[data-loaded]').waitFor()
}

/** The month may end tomorrow: both days are in the grid of a month, or the next month is shown. */
async function drag(on: Page, from: Locator, to: Locator): Promise<void> {
  await from.first().hover()
  await on.mouse.down()
  await to.hover()
  await on.mouse.up()
}

test('any occurrence is dragged to another day, alone, and Undo brings it back', async () => {
  await daily('rehearsal', 'Rehearsal')
  await open(page)
  await drag(page, shownOn(page, 'rehearsal', 3), page.locator(`td[data-date="${dayFromNow(2)}"]`))
  const dialog = page.getByRole('dialog', { name: 'Rehearsal' })
  await dialog.getByLabel('Only this one').waitFor()
  // Nothing is moved before it is said which.
  expect(await coming('rehearsal')).toEqual([1, 2, 3, 4].map((days) => ({ at: at(days) })))
  await dialog.getByLabel('Time', { exact: true }).fill('10:00')
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const moved = [{ at: at(1) }, { at: at(2) }, { at: at(2, '07:00:00'), snoozedFrom: at(3) }, { at: at(4) }]
  expect(await coming('rehearsal')).toEqual(moved)
  await expect.poll(() => shownOn(page, 'rehearsal', 2).count()).toBe(2)
  await shownOn(page, 'rehearsal', 2).getByLabel('Moved').waitFor()
  await expect(shownOn(page, 'rehearsal', 3).count()).resolves.toBe(0)

  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('It is as it was.').waitFor()
  expect(await coming('rehearsal')).toEqual([1, 2, 3, 4].map((days) => ({ at: at(days) })))
  await shownOn(page, 'rehearsal', 3).waitFor()
})

test('by the keyboard one is left out and sent after all, and all of the series get another time', async () => {
  await open(page)
  const dialog = page.getByRole('dialog', { name: 'Rehearsal' })
  const press = async (days: number, name: string): Promise<void> => {
    await page.locator(`td[data-date="${dayFromNow(days)}"] .fc-event`, { hasText: 'Rehearsal' }).focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name, exact: true }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
  }
  await press(2, 'Leave it out')
  expect(await coming('rehearsal', 2)).toEqual([{ at: at(1) }, { at: at(3) }])
  await shownOn(page, 'rehearsal', 2).getByLabel('Left out').waitFor()
  await press(2, 'Send it after all')
  expect(await coming('rehearsal', 2)).toEqual([{ at: at(1) }, { at: at(2) }])

  await page.locator(`td[data-date="${dayFromNow(3)}"] .fc-event`, { hasText: 'Rehearsal' }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Time', { exact: true }).fill('10:00')
  await dialog.getByLabel('All of them').check()
  await dialog.getByRole('button', { name: 'Move', exact: true }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  expect(await coming('rehearsal', 2)).toEqual([1, 2].map((days) => ({ at: at(days, '07:00:00') })))
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => coming('rehearsal', 2)).toEqual([1, 2].map((days) => ({ at: at(days) })))
})

test('a finger that rests on one drags it', async () => {
  const touch = await site.signedIn({ hasTouch: true, viewport: { width: 820, height: 1180 } })
  await open(touch)
  const from = await centre(shownOn(touch, 'rehearsal', 4).first())
  const to = await centre(touch.locator(`td[data-date="${dayFromNow(5)}"]`))
  const cdp = await touch.context().newCDPSession(touch)
  await finger(cdp, 'touchStart', from)
  // Less is a scroll.
  await touch.waitForTimeout(600)
  for (const part of [0.3, 0.6, 1])
    await finger(cdp, 'touchMove', {
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
    })
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  const dialog = touch.getByRole('dialog', { name: 'Rehearsal' })
  expect(await dialog.getByLabel('Day').inputValue()).toBe(dayFromNow(5))
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await coming('rehearsal', 5)).toContainEqual({ at: at(5), snoozedFrom: at(4) })
  await touch.context().close()
})

test('what was sent is on its day with what became of it, and leads to its run', async () => {
  await reminders().create({
    key: 'sent',
    account: 'office',
    to: 'Choir',
    text: 'Sent 🎻',
    at: 'in 1 second',
    zone,
  })
  await eventually(async () =>
    expect((await reminders().show('sent')).latestRun).toMatchObject({ state: 'completed' }),
  )
  await open(page)
  const shown = shownOn(page, 'sent', 0)
  await shown.getByLabel('Done').waitFor()
  await shown.click()
  await page.getByRole('dialog').getByRole('link', { name: 'See what was sent' }).click()
  await page.waitForURL(/\/runs\/run/)
})

test('a click into an empty day begins a reminder on that day, and into an hour at that hour', async () => {
  await open(page)
  const [day, next] = [dayFromNow(20), dayFromNow(1)]
  const title = page.getByRole('heading', { level: 2 })
  if ((await page.locator(`td[data-date="${day}"]`).count()) === 0) {
    const before = await title.innerText()
    await page.getByRole('button', { name: 'Later' }).click()
    await expect.poll(() => title.innerText()).not.toBe(before)
  }
  await page
    .locator(`td[data-date="${day}"]`)
    .first()
    .click({ position: { x: 20, y: 60 } })
  await page.waitForURL(/\/reminders\/new\?on=/)
  expect(await page.locator('input[type="date"]').first().inputValue()).toBe(day)
  expect(await page.locator('input[type="time"]').first().inputValue()).toBe('08:00')

  await open(page)
  await page.getByText('Week', { exact: true }).click()
  const column = page.locator(`.fc-timegrid-col[data-date="${next}"]`)
  if ((await column.count()) === 0) await page.getByRole('button', { name: 'Later' }).click()
  const box = await column.boundingBox()
  const slot = await page.locator('.fc-timegrid-slot-lane[data-time="14:00:00"]').boundingBox()
  if (!box || !slot) throw new Error('the week has no such hour')
  await page.mouse.click(box.x + box.width / 2, slot.y + 2)
  await page.waitForURL(/\/reminders\/new\?on=/)
  expect(await page.locator('input[type="time"]').first().inputValue()).toBe('14:00')
})

test('a day that is too full counts the rest, and shows all of it in the list', async () => {
  const many = Array.from({ length: 130 }, (_, index) => ({
    key: `many-${index}`,
    account: 'office',
    to: 'Choir',
    text: `Note ${index}`,
    at: `${dayFromNow(2)}T09:00`,
    zone,
  }))
  await reminders().createMany(many)
  await open(page)
  const day = page.locator(`td[data-date="${dayFromNow(2)}"]`)
  // Beside the daily one, three have room.
  await day.getByText('127 more').click()
  await page.getByRole('button', { name: 'Show more' }).waitFor()
  await expect(page.locator('[data-occurrence]').count()).resolves.toBe(100)
  // Something changes while the rest is on its way.
  await page.route('**/v1/occurrences?*cursor=*', async (route) => {
    await reminders().edit('many-0', { text: 'Note' })
    await page.waitForTimeout(1_000)
    await route.continue()
  })
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.locator('[data-occurrence="many-99"]').waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await expect.poll(() => page.locator('[data-occurrence^="many-"]').count()).toBe(130)
})

test('what is shown goes by the address: by the side bar, a key and a phone that is turned, too', async () => {
  const shows = async (kind: string): Promise<void> => {
    await page.locator(`.fc-${kind}-view`).waitFor()
    await expect(page.getByRole('radio', { checked: true }).inputValue()).resolves.toBe(
      { dayGridMonth: 'month', timeGridWeek: 'week', agenda: 'agenda' }[kind],
    )
  }
  const calendar = page.getByRole('navigation').getByRole('link', { name: 'Calendar' })
  await open(page, '/calendar?view=month&day=none')
  await page.getByText('Week', { exact: true }).click()
  await shows('timeGridWeek')
  await page.getByRole('button', { name: 'Later', exact: true }).click()
  await page.waitForURL(/day=/)
  await calendar.click()
  await page.waitForURL(/[/]calendar$/)
  await shows('dayGridMonth')
  await page.locator(`td[data-date="${dayFromNow(0)}"]`).waitFor()

  await page.getByText('Agenda', { exact: true }).click()
  await shows('agenda')
  // Letters are for fields where one is focused, and the switch is one.
  await page.evaluate('document.activeElement.blur()')
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await shows('dayGridMonth')

  const size = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await shows('agenda')
  await page.setViewportSize(size ?? { width: 1280, height: 720 })
  await shows('dayGridMonth')
})

test('times are by the clock that was chosen', async () => {
  for (const [clock, written] of [
    ['h12', /08:00\s?am/i],
    ['h23', /^08:00$/],
  ] as const) {
    await page.evaluate(`localStorage.setItem('carillon-clock', '${clock}')`)
    await open(page)
    await shownOn(page, 'rehearsal', 1).getByText(written).first().waitFor()
  }
  await page.evaluate("localStorage.removeItem('carillon-clock')")
})

test.each([
  ['2027-01-31T21:30:00.000Z', 'February 2027'],
  ['2027-01-31T20:30:00.000Z', 'January 2027'],
])('at %s on the clocks of Nairobi it is %s that needs no name in the address', async (now, month) => {
  const fresh = await site.signedIn()
  await fresh.clock.setFixedTime(now)
  await go(fresh, '/calendar')
  await fresh.getByText(month, { exact: true }).first().waitFor()
  await fresh.getByRole('button', { name: 'Later', exact: true }).click()
  await fresh.waitForURL(/day=2027-0[23]-01$/)
  await fresh.getByRole('button', { name: 'Today', exact: true }).click()
  await fresh.getByText(month, { exact: true }).first().waitFor()
  await fresh.waitForURL(/[/]calendar$/)
  await fresh.context().close()
})

test('who may only look moves nothing, and axe finds nothing in either theme', async () => {
  const viewer = await site.signedIn({ role: 'viewer' })
  await open(viewer)
  await shownOn(viewer, 'rehearsal', 1).click()
  const dialog = viewer.getByRole('dialog', { name: 'Rehearsal' })
  await dialog.getByRole('link', { name: 'Open the reminder' }).waitFor()
  await expect(dialog.getByRole('button', { name: /Move|Leave it out/ }).count()).resolves.toBe(0)
  await viewer.context().close()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await open(page)
    expect(await axeFindings(page)).toEqual([])
    await shownOn(page, 'rehearsal', 1).click()
    await page.getByRole('dialog').getByLabel('Time', { exact: true }).fill('11:00')
    expect(await axeFindings(page)).toEqual([])
  }
  expect(site.errors).toEqual([])
})

async function centre(what: Locator): Promise<{ x: number; y: number }> {
  await what.scrollIntoViewIfNeeded()
  const box = await what.boundingBox()
  if (!box) throw new Error('it is not on the page')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function finger(
  cdp: CDPSession,
  type: 'touchStart' | 'touchMove',
  at: { x: number; y: number },
): Promise<void> {
  await cdp.send('Input.dispatchTouchEvent', { type, touchPoints: [at] })
}

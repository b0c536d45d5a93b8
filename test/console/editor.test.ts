import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFormat } from '../../console/src/text/format.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { eventually } from '../support/eventually.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'
import { filledIn, formOn, isRightToLeft, listOf, type Form, type Step } from './support/editor.js'
import { arrive, openSchool, type School } from './support/school.js'

// The editor of reminders: what is chosen and typed there is what the API has then, what is shown beside it is what the API says of
// it, and whoever opens the reminder again finds the form as it was left.

const phone = '15550087701'
const zone = 'Africa/Nairobi'
const classes = Array.from({ length: 55 }, (_, index) => `Class ${index + 1}`)
const closed = [
  { name: 'Announcements', why: 'adminsOnly', told: 'only admins may write' },
  { name: 'Our community', why: 'community', told: 'a community: its announcement group takes messages' },
  { name: 'Old school', why: 'suspended', told: 'suspended by WhatsApp' },
] as const

let site: Console
let page: Page
let form: Form
let school: School
beforeAll(async () => {
  site = await startConsole()
  const names = [...classes, ...closed.map(({ name }) => name), 'Choir', 'Last year']
  school = await openSchool(site, { phone, groups: names })
  for (const { name, why } of closed) await site.system.whatsapp.setClosed({ jid: jidOf(name), closed: why })
  await site.system.client.groups.refresh('office')
})
afterAll(async () => {
  await site.close()
})
beforeEach(async () => {
  page = await site.signedIn()
  form = formOn(site, page)
})
afterEach(async () => {
  await page.context().close()
})

const reminders = () => site.system.client.reminders
const jidOf = (name: string): string => school.groups.find(({ subject }) => subject === name)?.jid ?? ''
const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA', { timeZone: zone })
const first = dayFromNow(40)
const toChoir = (text: string): ReminderInput => ({ account: 'office', to: 'Choir', text })

const lastSundays = 'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU'
const cron = '30 7 1,15 * MON-FRI'
const [, month, monthDay] = first.split('-').map(Number)
const morning = { start: `${first}T08:00`, zone }
const night = { start: `${first}T02:30`, zone: 'Europe/Berlin' }
const atNight: Step[] = [
  ['Time', '02:30'],
  ['Time zone', night.zone],
]
const every = (count: number, unit: string): Step[] => [
  'Again and again',
  ['Every: How many', `${count}`],
  unit,
]

const schedules: [name: string, input: ReminderInput, steps: Step[]][] = [
  ['once', { at: `${first}T07:45`, zone }, [['Time *', '07:45']]],
  [
    'on chosen days of every other week',
    { repeat: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH', ...morning },
    [...every(2, 'weeks'), 'Monday to Friday', 'Mon', 'Wed', 'Fri'],
  ],
  [
    'on a day of the month',
    { repeat: 'FREQ=MONTHLY;BYMONTHDAY=31', ...morning },
    [...every(1, 'month'), ['On day', '31']],
  ],
  [
    'on the last Friday of every third month',
    { repeat: 'FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR', ...morning },
    [...every(3, 'months'), 'By its weekday', ['Which', 'the last'], ['Weekday', 'Friday']],
  ],
  ['yearly', { repeat: `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${monthDay}`, ...morning }, every(1, 'year')],
  [
    'every 30 days, over a change of the clocks',
    { repeat: 'FREQ=DAILY;INTERVAL=30', ...night },
    [...every(30, 'days'), ...atNight],
  ],
  [
    'by an RRULE, in the hour that is left out or comes twice',
    { repeat: lastSundays, ...night },
    ['By a rule', ['Rule', lastSundays], ...atNight],
  ],
  ['by cron', { cron, ...morning }, ['By a rule', ['Rule', cron]]],
]

test.each(schedules)('%s: as it was set it is shown, saved and opened again', async (name, input, steps) => {
  await form.write(name)
  await form.set(steps)
  await form.day.fill(first)
  const expected = await reminders().preview({ ...toChoir(name), ...input }, { next: 10 })
  const { occurrences, words: inWords } = expected
  const times = occurrences.map(({ at }) => at)
  await eventually(async () => expect(await form.times()).toEqual(times))
  await form.forecast.getByText(inWords, { exact: true }).waitFor()
  await expect(form.preview.innerText()).resolves.toContain(occurrences[0]?.local.slice(11, 16))
  const notes = occurrences.flatMap(({ shift, isOffsetNew }) => {
    if (shift?.kind === 'gap') return ['there is no 02:30 on that day: the clocks go forward']
    if (shift?.kind === 'overlap') return ['it comes twice on that day: the first is meant']
    return isOffsetNew ? ['the clocks have changed'] : []
  })
  expect(notes.length > 0).toBe(input.zone === night.zone)
  expect(await form.forecast.locator('em').allInnerTexts()).toEqual(notes)

  const was = await filledIn(form.part('When'))
  const { key, definition } = await form.saved()
  expect(definition.schedule).toEqual(expected.definition.schedule)
  await form.edit(key)
  expect(await filledIn(form.part('When'))).toEqual(was)
  await form.saved('Save changes')
  await form.words('Nothing was different.').waitFor()
})

test('a rule that is wrong is told so at its field, stays as it was typed, and is not saved', async () => {
  await form.write('Not yet')
  const rules = { 'FREQ=WEEKLY;BYMONTHDAY=1': 'repeat', '0 25 * * MON': 'cron', 'each Monday': 'repeat' }
  for (const [rule, name] of Object.entries(rules)) {
    await form.set(['By a rule', ['Rule', rule]])
    const [expected = ''] = await form.refusals({ ...toChoir('Not yet'), [name]: rule, ...morning })
    await eventually(async () => expect(await form.errorAt(form.field('Rule'))).toBe(expected))
    await form.expectRefused(expected)
    expect(await form.field('Rule').inputValue()).toBe(rule)
    expect(await form.field('Text').inputValue()).toBe('Not yet')
  }
  await form.field('Rule').fill('0 5 * * MON')
  await form.forecast.locator('time').first().waitFor()
  expect((await form.saved()).definition.schedule).toMatchObject({ rule: { cron: '0 5 * * MON' } })
})

test('hours, deadline, pace and end outlive a reload, are in the definition, and change where they are changed', async () => {
  await form.write('By rules')
  await form.set([...every(2, 'weeks'), 'Rules'])
  await form.hours.check()
  await form.rules.getByLabel('From').fill('09:15')
  for (const name of ['Mon', 'Thu']) await form.rules.getByText(name).click()
  const priority = form.field('Priority, 0 to 9')
  await priority.fill('12')
  await form.pace.fill('12')
  await eventually(async () => expect(await form.errorAt(priority)).toBe('Write a whole number from 0 to 9.'))
  expect(await priority.inputValue()).toBe('12')
  // Rules are closed again with the page, and open by themselves with what is wrong there.
  await page.reload()
  await form.search.fill('Choir')
  await priority.waitFor()
  expect(await priority.inputValue()).toBe('12')
  await form.set([
    ['To', '16:45'],
    ['Time to deliver, in hours', '6.5'],
    ['How late it may begin, in minutes', '20'],
    ['Priority, 0 to 9', '8'],
    ['If the one before is still being sent', 'Leave this one out'],
    ['Ends', 'On a day'],
  ])
  // What is not said yet is neither "never" nor 1.
  await form.forecast.getByText('Choose the last day.').waitFor()
  expect(await form.button('Create reminder').first().isDisabled()).toBe(true)
  await form.field('Last day').fill(dayFromNow(400))
  await form.field('Every: How many').fill('')
  await form.forecast.getByText('A number is empty: fill it in.').waitFor()
  await form.field('Every: How many').fill('2')
  const written = await filledIn(page.locator('main'))
  await page.reload()
  await page.getByText('You go on with what you wrote before.').waitFor()
  await form.search.fill('Choir')
  await eventually(async () => expect(await filledIn(page.locator('main'))).toEqual(written))

  const { key, definition } = await form.saved()
  const kept = { deliverWithinMs: 6.5 * 3_600_000, catchUpMs: 20 * 60_000, priority: 8, overlap: 'skip' }
  const window = { from: '09:15', to: '16:45', days: ['mo', 'th'] }
  const until = `${dayFromNow(400)}T23:59:59`
  expect(definition).toMatchObject({ ...kept, window, ratePerMinute: 12, schedule: { until } })
  // What the form does not have is left as others set it.
  const others = { onUncertain: 'unknown', groupConcurrency: 4 } as const
  await reminders().edit(key, others)
  await form.edit(key)
  await form.words('Rules').click()
  expect(await form.field('To').inputValue()).toBe('16:45')
  await form.hours.uncheck()
  await form.pace.fill('')
  await form.set([
    ['Ends', 'After some times'],
    ['Times', '7'],
  ])
  const { definition: changed } = await form.saved('Save changes')
  expect(changed).toMatchObject({ ...kept, ...others, schedule: { count: 7 } })
  for (const gone of ['window', 'ratePerMinute', 'schedule.until']) expect(changed).not.toHaveProperty(gone)
})

test('before and after a day: each time has the message of all or its own, and is shown, saved and opened again', async () => {
  await form.write('It is soon')
  await form.set(['Around a day'])
  await form.day.fill(first)
  await form.time.fill('10:00')
  const row = (label: string) => form.part('When').getByRole('group', { name: label, exact: true })
  const choose = async (within: Locator, name: string, value: string): Promise<void> => {
    await within.getByRole('combobox', { name }).click()
    await page.getByRole('option', { name: value, exact: true }).click()
  }
  await row('1 week before').getByLabel('Time', { exact: true }).fill('18:00')
  await row('1 week before').getByRole('button', { name: 'Its own message' }).click()
  await form.forecast.getByText('Write the message of each time that has its own.').waitFor()
  await row('1 week before').getByLabel('Text', { exact: true }).fill('In a *week*')
  await row('1 day before').getByLabel('How many').fill('90')
  await choose(row('90 days before'), 'Unit', 'minutes')
  await form.set(['Add a time'])
  await choose(row('1 day before'), 'Before or after', 'on the day')

  const steps = [{ offset: '-1w', at: '18:00', text: 'In a *week*' }, { offset: '-90m' }, { offset: 'at' }]
  const input = { ...toChoir('It is soon'), steps, anchor: `${first}T10:00`, zone }
  const expected = await reminders().preview(input, { next: 10 })
  await eventually(async () => expect(await form.times()).toEqual(expected.occurrences.map(({ at }) => at)))
  const told = (await form.preview.innerText()).split('\n').filter((line) => line.trim() !== '')
  const shared = ['90 minutes before · on the day', 'It is soon', '08:30']
  expect(told).toEqual(['1 week before', 'In a week', '18:00', ...shared])
  expect(await axeFindings(page)).toEqual([])

  const was = await filledIn(form.part('When'))
  const { key, definition } = await form.saved()
  expect(definition).toEqual(expected.definition)
  const shown = expect.arrayContaining(told)
  await eventually(async () => expect((await form.preview.innerText()).split('\n')).toEqual(shown))
  await form.edit(key)
  expect(await filledIn(form.part('When'))).toEqual(was)
  await form.saved('Save changes')
  await form.words('Nothing was different.').waitFor()

  await form.edit(key)
  await form.button('Take away 90 minutes before').click()
  await row('on the day').getByRole('button', { name: 'Its own message' }).click()
  await row('on the day').getByLabel('Text', { exact: true }).fill('Now')
  await page.getByText('Each time below has a message of its own').waitFor()
  const { definition: changed } = await form.saved('Save changes')
  expect(changed.stepParts).toEqual([
    [{ kind: 'text', text: 'In a *week*' }],
    [{ kind: 'text', text: 'Now' }],
  ])
  expect(changed.schedule).toMatchObject({
    anchor: `${first}T10:00:00`,
    steps: [{ offset: '-1w' }, { offset: 'at' }],
  })
})

test('what cannot be said of steps in one unit is kept, and what they say is changed', async () => {
  const steps = [{ offset: '-1d2h' }, { offset: '-2d', at: '09:00' }]
  await reminders().create({ key: 'exam', ...toChoir('Before'), steps, anchor: `${first}T10:00`, zone })
  const before = await reminders().show('exam')
  await form.edit('exam')
  await form.words('-1d2h').waitFor()
  await form.field('Text').fill('After')
  await form.button('Take away 2 days before').click()
  const { definition } = await form.saved('Save changes')
  const schedule = { ...before.definition.schedule, steps: [{ offset: '-1d2h' }] }
  expect(definition).toEqual({ ...before.definition, parts: [{ kind: 'text', text: 'After' }], schedule })
})

/** What asks for a change there waits. @returns lets it go on */
async function holdChanges(path: string): Promise<() => void> {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(`**/v1${path}`, async (route) => {
    if (route.request().method() !== 'GET') await held
    await route.continue()
  })
  return release
}

test('while it is saved nothing is written, and who leaves meanwhile stays there and is told what became of it', async () => {
  const toCalendar = async (): Promise<void> => {
    await page.getByRole('navigation').getByRole('link', { name: 'Calendar' }).click()
    await page.getByRole('heading', { name: 'Calendar' }).waitFor()
  }
  await form.write('On a slow line')
  const create = await holdChanges('/reminders')
  await form.button('Create reminder').first().click()
  await page.locator('[aria-busy="true"] > [inert]').waitFor()
  await form.field('Text').click({ force: true })
  await page.keyboard.type('!')
  expect(await form.field('Text').inputValue()).toBe('On a slow line')
  await toCalendar()
  create()
  await page.getByText('The reminder is set.').waitFor()
  expect(page.url()).toMatch(/\/calendar/)

  await reminders().create({ key: 'slow', ...toChoir('Before'), at: `${first}T10:00`, zone })
  await form.edit('slow')
  await form.field('Text').fill('Mine')
  const edit = await holdChanges('/reminders/slow')
  await form.button('Save changes').first().click()
  await toCalendar()
  await reminders().edit('slow', { text: 'Theirs' })
  edit()
  await page.getByText('Somebody else has changed this reminder. What you wrote is kept').waitFor()
  expect(page.url()).toMatch(/\/calendar/)
  await form.edit('slow')
  expect(await form.field('Text').inputValue()).toBe('Mine')
})

test('a draft that was begun before there was a phone goes on with it, and one whose account is gone with another', async () => {
  await page.route('**/v1/accounts', async (route) => await route.fulfill({ json: { accounts: [] } }))
  await arrive(page, `${site.url}/reminders/new`)
  await form.field('Text').fill('Before the phone')
  await form.words('Link a phone first: there is no account to send from.').waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await page.reload()
  await form.search.fill('Choir')
  await page.getByLabel('Choir').check()
  await form.forecast.locator('time').first().waitFor()
  expect(await form.field('Text').inputValue()).toBe('Before the phone')

  await arrive(page, `${site.url}/reminders`)
  await page.evaluate(`(() => {
    for (const [name, kept] of Object.entries(localStorage))
      localStorage.setItem(name, kept.replace('"account":"office"', '"account":"gone"'))
  })()`)
  await arrive(page, `${site.url}/reminders/new`)
  const from = page.getByRole('combobox', { name: 'Sent from', exact: true })
  const [expected = ''] = await form.refusals({ ...toChoir('x'), account: 'gone', at: 'in 1h' })
  await eventually(async () => expect(await form.errorAt(from)).toBe(expected))
  await form.set([['Sent from', 'office']])
  expect((await form.saved()).definition).toMatchObject({
    account: 'office',
    parts: [{ text: 'Before the phone' }],
  })
})

test('of sixty groups those that are looked for are chosen, and who cannot get it is told with the reason', async () => {
  await arrive(page, `${site.url}/reminders/new`)
  await form.field('Text').fill('To many')
  for (const { name, told } of closed) {
    await form.search.fill(name.toUpperCase())
    await form.part('Who gets it').getByText(told).waitFor()
    expect(await page.getByLabel(name).isDisabled()).toBe(true)
    expect(await form.button('Choose all that are shown').isDisabled()).toBe(true)
  }
  await form.search.fill('no such')
  await form.words('No group of that name').waitFor()
  await form.search.fill('class 1')
  await form.button('Choose all that are shown').click()
  await form.words('11 of 60 groups chosen').waitFor()
  await form.search.fill('class 17')
  await page.getByLabel('Class 17').uncheck()
  await form.search.fill('last')
  await page.getByLabel('Last year').check()
  await form.forecast.getByText('It goes to 11 recipients').waitFor()
  const { key, definition } = await form.saved()
  const chosen = classes.filter((name) => name.startsWith('Class 1') && name !== 'Class 17').map(jidOf)
  expect(listOf(definition)).toEqual([...chosen, jidOf('Last year')].toSorted())

  // One is left; until the groups are there, nothing is said of any.
  await site.system.whatsapp.removeMembers({ jid: jidOf('Last year'), members: [phone] })
  await eventually(async () => expect(await site.system.client.groups.list('office')).toHaveLength(59))
  const ofGroups = '**/v1/accounts/office/groups*'
  let show = (): void => undefined
  const shown = new Promise<void>((resolve) => {
    show = resolve
  })
  await page.route(ofGroups, async (route) => {
    await shown
    await route.continue()
  })
  await page.goto(`${site.url}/reminders/${key}/edit`)
  await form.part('Who gets it').getByRole('status', { name: 'Loading' }).waitFor()
  expect(await page.getByText(/not in any more|No groups/).count()).toBe(0)
  show()
  await page.unrouteAll({ behavior: 'wait' })
  await form.words('11 of 59 groups chosen').waitFor()
  await form.forecast.getByText('is a group in which “office” was not any more').waitFor()
  await page.getByLabel('a group that the account is not in any more').click()
  expect(listOf((await form.saved('Save changes')).definition)).toEqual(chosen.toSorted())

  await form.edit(key)
  await form.words('All groups').click()
  await page.getByText('Now 59 groups.').waitFor()
  await form.forecast.getByText('It goes to 56 recipients').waitFor()
  await form.words('3 are left out').click()
  for (const { name, told } of closed) await form.forecast.getByText(`${name}: ${told}`).waitFor()
  expect((await form.saved('Save changes')).definition.audience).toEqual({ kind: 'allGroups' })
})

test('a number is taken as people write it and once, and one that is none is kept and told by what it lacks', async () => {
  await form.write('By number')
  const people = page.getByRole('combobox', { name: 'People' })
  for (const number of ['+1 (555) 000-8888', '+15550008888', '0711000111', '+0711000111']) {
    await people.fill(number)
    await people.press('Enter')
  }
  const wrong = ['0711000111', '+0711000111']
  const expected = await form.refusals({ ...toChoir('By number'), to: wrong, at: 'in 1h' })
  const told = wrong.map((number, index) => `${number}: ${expected[index]}`)
  await eventually(async () => expect(await form.errorAt(people)).toBe(told.join(' · ')))
  await form.expectRefused(expected[0] ?? '')
  expect(await axeFindings(page)).toEqual([])
  for (const _ of wrong) await people.press('Backspace')
  await form.forecast.getByText('It goes to 2 recipients').waitFor()
  expect(listOf((await form.saved()).definition)).toEqual(
    [jidOf('Choir'), '15550008888@s.whatsapp.net'].toSorted(),
  )
})

test('messages look as WhatsApp shows them, also from right to left, and buttons change their order', async () => {
  const marked = [
    '*bold* _slanted_ ~struck~ `mono` *_both_* 2*3*4 snake_case_name',
    '- one\n2. two\n> said\n```as *it* is```',
    'See https://example.org/a_b_c. It is *there*',
  ].join('\n')
  const arabic = 'مرحبا *بكم* في المدرسة'
  await form.write(marked)
  const shown = { strong: 'bold both there', em: 'slanted both', s: 'struck', code: 'mono as *it* is' }
  for (const [tag, texts] of Object.entries(shown))
    expect((await form.preview.locator(tag).allInnerTexts()).join(' ')).toBe(texts)
  await expect(form.preview.innerText()).resolves.toMatch(/2\*3\*4 snake_case_name\n• one\n2\. two\nsaid\n/)
  await form.preview.getByText('https://example.org/a_b_c', { exact: true }).waitFor()

  await form.button('Add a text').click()
  await form.field('Message 2').fill(arabic)
  await form.button('Add a text').click()
  const bubbles = form.preview.locator('[dir="auto"]')
  await expect.poll(() => bubbles.count()).toBe(2)
  for (const [index, name] of ['Message 1', 'Message 2'].entries())
    for (const which of [form.field(name), bubbles.nth(index)])
      expect(await isRightToLeft(which)).toBe(index === 1)

  await form.button('Move message 2 up').click()
  expect(await form.button('Move message 1 up').isDisabled()).toBe(true)
  await expect(bubbles.first().innerText()).resolves.toContain('مرحبا بكم')
  await form.button('Move message 2 down').click()
  expect(await form.field('Message 3').inputValue()).toBe(marked)
  const { key, definition } = await form.saved()
  // What was left empty is no message.
  expect(definition.parts).toEqual([arabic, marked].map((text) => ({ kind: 'text', text })))
  await form.edit(key)
  await form.button('Move message 1 down').click()
  await form.button('Remove message 1').click()
  expect((await form.saved('Save changes')).definition.parts).toEqual([{ kind: 'text', text: arabic }])
})

test('what to think of before is beside it as one types: others at that time, hours, the deadline, how long it takes', async () => {
  await reminders().create({ key: 'assembly', ...toChoir('Assembly'), at: `${first}T05:40`, zone })
  await form.write('At the same time')
  await form.words('All groups').click()
  await form.day.fill(first)
  await form.words('Rules').click()
  const expectShown = async (clock: string, rules: ReminderInput, told: RegExp[]): Promise<void> => {
    const at = `${first}T${clock}`
    const { delivery } = await reminders().preview({ ...toChoir('x'), to: 'all groups', at, zone, ...rules })
    const takes = createFormat('en-GB').duration(delivery?.durationMs ?? 0)
    await form.forecast.getByText(`${delivery?.sends} messages, in ${takes}`).waitFor()
    const expected = told.map((one) => expect.stringMatching(one) as string)
    const alerts = form.forecast.getByRole('alert')
    await eventually(async () => expect(await alerts.allInnerTexts()).toEqual(expected))
  }
  await form.time.fill('05:40')
  await expectShown('05:40', {}, [/^The reminder “assembly” of “office” is due .*: one of them waits/])
  await form.time.fill('12:40')
  await expectShown('12:40', {}, [])
  await form.pace.fill('10')
  await expectShown('12:40', { ratePerMinute: 10 }, [])
  await form.hours.check()
  await form.field('To').fill('12:42')
  const tooFew = [/^Its hours are too short/, /^\d+ of \d+ messages would expire unsent, 12h after/]
  await expectShown('12:40', { ratePerMinute: 10, window: '08:00-12:42' }, tooFew)
  await form.rules.getByLabel('From').fill('')
  await form.rules.getByRole('alert').getByText('Give a time of day').waitFor()
  await form.rules.getByLabel('From').fill('08:00')
  await form.field('To').fill('18:00')
  await expectShown('12:40', { ratePerMinute: 10 }, [])
  await form.field('Time to deliver, in hours').fill('0.05')
  await expectShown('12:40', { ratePerMinute: 10, deliverWithin: '3m' }, [/^\d+ of \d+ .* unsent, 3m after/])
  expect((await form.saved()).definition).toMatchObject({ ratePerMinute: 10, deliverWithinMs: 180_000 })
  expect(site.errors).toEqual([])
})

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startConsole, type Console } from './support/console.js'
import { fillEveryPage, type Path } from './support/every-page.js'
import { arrive } from './support/school.js'

// Everything by the keyboard: each page and each thing on it is reached by Tab in the order in which it is read, and seen when it is;
// dialogs take the focus and give it back.

let site: Console
let page: Page
let paths: Path[]
beforeAll(async () => {
  site = await startConsole()
  paths = await fillEveryPage(site, '15550047701')
  page = await site.signedIn()
  await page.emulateMedia({ reducedMotion: 'reduce' })
})
afterAll(async () => {
  await site.close()
})

const go = async (path: string): Promise<void> => await arrive(page, `${site.url}${path}`)
const button = (name: string) => page.getByRole('button', { name, exact: true })

/** How an element looks with what is around it: a ring may be on any of them. */
const look = `((one) => [one, one.parentElement, one.parentElement?.parentElement, one.nextElementSibling, ...(one.labels ?? [])].filter(Boolean).map((element) => {
  const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow, opacity } = getComputedStyle(element)
  return [outlineStyle === 'none' ? '' : outlineStyle + outlineWidth + outlineColor, borderColor, boxShadow, opacity].join()
}).join('|'))`

/** Marks what Tab should reach, in the order of the document, with its look without the focus. @returns what each is */
const markTabbable = `(() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => {
    if (one.tabIndex < 0 || one.disabled || one.closest('[inert]') || !one.checkVisibility({ visibilityProperty: true })) return false
    if (one.type !== 'radio') return true
    const group = [...document.querySelectorAll('input[type=radio]')].filter(({ name, disabled }) => name === one.name && !disabled)
    return one.checked || (!group.some(({ checked }) => checked) && group[0] === one)
  })
  const look = ${look}
  all.forEach((one, index) => Object.assign(one.dataset, { walk: String(index), look: look(one) }))
  return all.map((one) => one.outerHTML.slice(0, 120))
})()`

type Step = { walk: number | null; html: string; isSeen: boolean; isCovered: boolean }

/** What has the focus: whether that is seen, and whether something lies over it. */
const lookAtFocus = `(() => {
  const one = document.activeElement
  if (one === null || one === document.body) return null
  const { left, top, width, height } = one.getBoundingClientRect()
  const over = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20))
  const isSmall = width < 4 || height < 4 || getComputedStyle(one).opacity === '0'
  const isOwn = (element) => element.contains(over) || over.contains(element)
  const isCovered = !isSmall && over !== null && ![one, one.parentElement, ...(one.labels ?? [])].some(isOwn)
  const { walk, look: before } = one.dataset
  return { walk: walk === undefined ? null : Number(walk), html: one.outerHTML.slice(0, 120), isSeen: before === undefined ? getComputedStyle(one).outlineStyle !== 'none' : before !== (${look})(one), isCovered }
})()`

/** Of dates and times together. */
const mostPlaces = 30

async function walk(): Promise<{ expected: string[]; steps: Step[] }> {
  const expected = await page.evaluate<string[]>(markTabbable)
  const steps: Step[] = []
  for (let count = 0; count < expected.length + mostPlaces; count += 1) {
    await page.keyboard.press('Tab')
    const step = await page.evaluate<Step | null>(lookAtFocus)
    if (step === null) break
    // A date has three places of its own.
    if (step.walk !== null && step.walk === steps.at(-1)?.walk) continue
    if (step.walk !== null && steps.some((before) => before.walk === step.walk)) break
    steps.push(step)
  }
  return { expected, steps }
}

test('Tab reaches everything on every page, in the order in which it is read, and each is seen when it has the focus', async () => {
  const found: string[] = []
  for (const { path } of paths) {
    await go(path)
    const { expected, steps } = await walk()
    expect(expected.length, path).toBeGreaterThan(12)
    const reached = new Set(steps.map(({ walk: at }) => at))
    found.push(
      ...expected.flatMap((html, index) => (reached.has(index) ? [] : [`${path} not reached: ${html}`])),
      ...steps.flatMap(({ html, isSeen }) => (isSeen ? [] : [`${path} not seen: ${html}`])),
      ...steps.flatMap(({ html, isCovered }) => (isCovered ? [`${path} under something: ${html}`] : [])),
      ...steps.flatMap(({ walk: at, html }, index) =>
        at !== null && at < (steps[index - 1]?.walk ?? -1) ? [`${path} out of order: ${html}`] : [],
      ),
    )
  }
  expect(found).toEqual([])
})

const focusedText = async (): Promise<string> =>
  await page.evaluate<string>(`document.activeElement.innerText ?? ''`)

test('the focus goes to the name of the page that one goes to, by links, letters, the palette and back', async () => {
  await go('/')
  await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).focus()
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await focusedText()).toBe('Runs'))
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await eventually(async () => expect(await focusedText()).toBe('Accounts'))
  await page.keyboard.press('Control+K')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('settings')
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await focusedText()).toBe('Settings'))
  await page.goBack()
  await eventually(async () => expect(await focusedText()).toBe('Accounts'))
  // And the next thing is what comes after it.
  await page.keyboard.press('Tab')
  await eventually(async () => expect(await focusedText()).toBe('Add an account'))
})

test('what the arrows choose in the palette is in sight, also in a low window', async () => {
  await page.setViewportSize({ width: 1280, height: 400 })
  await go('/')
  await page.keyboard.press('Control+K')
  const chosen = page.getByRole('option', { selected: true })
  await chosen.waitFor()
  const isInSight = `(() => {
    const one = document.querySelector('[role="option"][aria-selected="true"]')
    const { left, top, bottom } = one.getBoundingClientRect()
    return [top + 2, bottom - 2].every((y) => one.contains(document.elementFromPoint(left + 20, y)))
  })()`
  for (const key of ['ArrowUp', ...Array.from({ length: 11 }, () => 'ArrowDown')]) {
    const before = await chosen.innerText()
    await page.keyboard.press(key)
    await eventually(async () => expect(await chosen.innerText()).not.toBe(before))
    expect(await page.evaluate(isInSight), await chosen.innerText()).toBe(true)
  }
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 1280, height: 720 })
})

test('the first Tab offers to skip what is around the page', async () => {
  await go('/reminders')
  await page.keyboard.press('Tab')
  expect(await focusedText()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(`document.activeElement.closest('main') !== null`)).toBe(true)
  expect(page.url()).toBe(`${site.url}/reminders`)
})

const isInDialog = `document.activeElement.closest('[role="dialog"]') !== null`

/** Opens it by the keyboard, walks it, leaves it by Escape, and is back where it was opened from. */
async function walkDialog(opener: Locator, open: () => Promise<void>): Promise<void> {
  await opener.waitFor()
  await opener.focus()
  const handle = await opener.elementHandle()
  await open()
  await page.getByRole('dialog').waitFor()
  await eventually(async () => expect(await page.evaluate(isInDialog)).toBe(true), { timeoutMs: 20_000 })
  for (let count = 0; count < 14; count += 1) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(isInDialog), 'the focus left the dialog').toBe(true)
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(
    async () => {
      const isBack = await handle?.evaluate((element) => element === element.ownerDocument.activeElement)
      const has = await page.evaluate<string>(`document.activeElement.outerHTML.slice(0, 100)`)
      expect(isBack, has).toBe(true)
    },
    { timeoutMs: 10_000 },
  )
}

const enter = async (): Promise<void> => await page.keyboard.press('Enter')
const item = (name: string) => async (): Promise<void> => {
  await enter()
  await page.getByRole('menu').waitFor()
  const wanted = page.getByRole('menuitem', { name })
  await eventually(async () => {
    await page.keyboard.press('ArrowDown')
    expect(await wanted.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
  })
  await enter()
}

test('each dialog takes the focus, keeps it, ends by Escape and gives the focus back to what opened it', async () => {
  await go('/reminders/about-long')
  for (const name of [
    'Put the next one off',
    'Leave the next one out',
    'Send now',
    'End this reminder',
    'Delete',
  ])
    await walkDialog(button('More'), item(name))
  await go('/accounts')
  await walkDialog(button('Add an account'), enter)
  for (const name of ['Pause all sending', 'Limits', 'Unlink the phone', 'Remove the account'])
    await walkDialog(button('More for office'), item(name))
  await go('/tokens')
  await walkDialog(button('Make a token'), enter)
  await walkDialog(button('Revoke').first(), enter)
  await go('/webhooks')
  await walkDialog(button('Add a webhook'), enter)
  await walkDialog(page.getByRole('button', { name: /^More for/ }), item('Remove'))
  await go('/inbox')
  await walkDialog(button('Try all again'), enter)
  await walkDialog(button('Why update 1 was given up'), enter)
  await go(paths.find(({ path }) => path.startsWith('/runs/'))?.path ?? '')
  await walkDialog(page.getByRole('listitem').getByRole('button').first(), enter)
  await go('/calendar')
  await walkDialog(page.locator('.fc-event').first(), enter)
  await walkDialog(button('Today'), async () => await page.keyboard.press('Control+K'))
})

test('the focus is never nowhere: not when a button goes, nor when what it was on goes with it', async () => {
  await go('/reminders/about-long')
  await button('Pause').focus()
  await enter()
  await button('Resume').waitFor()
  const isSomewhere = `document.activeElement !== document.body && document.activeElement.closest('main') !== null`
  await eventually(async () => expect(await page.evaluate(isSomewhere)).toBe(true))
  await go('/inbox')
  await button('Try again: update 1').focus()
  await enter()
  await page.locator('[data-update="1"]').waitFor({ state: 'detached' })
  await eventually(async () => expect(await page.evaluate(isSomewhere)).toBe(true))
})

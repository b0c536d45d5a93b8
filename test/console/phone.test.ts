import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startConsole, type Console } from './support/console.js'
import { fillEveryPage, names, type Path } from './support/every-page.js'
import { arrive } from './support/school.js'

// On a phone, and at 320 px (WCAG 2.2, 1.4.10): nothing is wider than the screen, nothing is too small for a finger (2.5.8), and no
// name breaks a list, however long and in whatever script.

let site: Console
let paths: Path[]
beforeAll(async () => {
  site = await startConsole()
  paths = await fillEveryPage(site, '15550057701')
})
afterAll(async () => {
  await site.close()
})

/** What sticks out of the page, is cut without a mark of that, or is too small for a finger. Scrolled regions may be wider. */
const problems = `(() => {
  const found = []
  const width = document.documentElement.clientWidth
  const wide = document.documentElement.scrollWidth - width
  if (wide > 0) found.push('the page is ' + wide + ' px too wide')
  const name = (one) => (one.getAttribute('aria-label') ?? one.innerText ?? '').slice(0, 40) + ' ' + one.outerHTML.slice(0, 90)
  // What is cut has the mark of that.
  const isScrolled = (one) => {
    for (let at = one.parentElement; at; at = at.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(at)
      if (['auto', 'scroll'].includes(overflowX) || (overflowX === 'hidden' && textOverflow === 'ellipsis')) return true
    }
    return false
  }
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('[inert]') && one.getClientRects().length > 0
  for (const one of document.querySelectorAll('main *')) {
    if (!isSeen(one) || one.closest('svg') || one.getBoundingClientRect().right <= 0) continue
    const box = one.getBoundingClientRect()
    if (box.width > 1 && (box.right > width + 1 || box.left < -1) && !isScrolled(one)) found.push('sticks out: ' + name(one))
    const style = getComputedStyle(one)
    const hasOwnText = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    if (hasOwnText && style.overflowX === 'visible' && one.scrollWidth > one.clientWidth + 1 && style.display !== 'inline' && !isScrolled(one))
      found.push('text runs over: ' + name(one))
  }
  const targets = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [role="button"]')].filter(isSeen)
  const boxOf = (one) => {
    const boxes = [one, ...(one.labels ?? [])].map((each) => each.getBoundingClientRect()).filter(({ width, height }) => width * height > 0)
    return boxes.toSorted((a, b) => b.width * b.height - a.width * a.height)[0] ?? one.getBoundingClientRect()
  }
  const boxes = targets.map(boxOf)
  targets.forEach((one, index) => {
    const box = boxes[index]
    if (box.width >= 24 && box.height >= 24) return
    // A link in a sentence is as high as its line.
    if (one.tagName === 'A' && getComputedStyle(one).display === 'inline') return
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    const isCrowded = boxes.some((other, at) => {
      if (at === index || targets[at].contains(one) || one.contains(targets[at])) return false
      const away = Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom))
      return away < 12
    })
    if (isCrowded || Math.min(box.width, box.height) < 16) found.push('too small (' + Math.round(box.width) + ' × ' + Math.round(box.height) + '): ' + name(one))
  })
  return found
})()`

async function found(page: Page): Promise<string[]> {
  const all: string[] = []
  for (const { path } of paths) {
    await arrive(page, `${site.url}${path}`)
    all.push(...(await page.evaluate<string[]>(problems)).map((one) => `${path}: ${one}`))
  }
  return all
}

test('on a phone every page fits, and everything on it is large enough for a finger', async () => {
  const page = await site.signedIn({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
  expect(await found(page)).toEqual([])
  await page.context().close()
})

test('at 320 px, as at four times the size, no page needs to be scrolled sideways', async () => {
  const page = await site.signedIn({ viewport: { width: 320, height: 640 } })
  expect(await found(page)).toEqual([])
  await page.context().close()
})

test('on a wide screen no name breaks a list', async () => {
  const page = await site.signedIn({ viewport: { width: 1280, height: 800 } })
  const all = await found(page)
  expect(all.filter((one) => !one.includes('too small'))).toEqual([])
  await arrive(page, `${site.url}/reminders`)
  // A name from right to left stands apart from what is around it, which goes on as in every other row.
  await expect(page.locator('[data-reminder="about-righttoleft"] bdi').innerText()).resolves.toBe(
    names.rightToLeft,
  )
  for (const name of [names.emoji, names.rightToLeft]) await page.getByText(name).first().waitFor()
  await page.context().close()
})

test('the menu of a phone is over the page: it opens, is walked, ends by Escape, and leads on', async () => {
  const page = await site.signedIn({ viewport: { width: 390, height: 844 } })
  await arrive(page, `${site.url}/reminders`)
  const burger = page.getByRole('button', { name: 'Menu' })
  const menu = page.getByRole('navigation').getByRole('link', { name: 'Runs' })
  const isWithin = async (where: string): Promise<boolean> =>
    await page.evaluate<boolean>(`document.activeElement.closest('${where}') !== null`)
  // Closed, nothing of it is reached.
  await burger.focus()
  await page.keyboard.press('Tab')
  expect(await isWithin('main')).toBe(true)

  await burger.click()
  await menu.waitFor()
  await page.keyboard.press('Tab')
  expect(await isWithin('nav')).toBe(true)
  await page.keyboard.press('Escape')
  await eventually(async () => expect(await burger.getAttribute('aria-expanded')).toBe('false'))
  expect(await burger.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)

  await burger.click()
  await menu.click()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await eventually(async () => expect(await burger.getAttribute('aria-expanded')).toBe('false'))
  await page.context().close()
})

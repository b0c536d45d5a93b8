import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { eventually } from '../../support/eventually.js'
import type { Console } from '../support/console.js'
import { settled } from '../support/school.js'

/** One page of the console in one state, which is looked at on a desktop and on a phone. */
export type Scene = {
  /** Of its pictures: `<page>` or `<page>-<state>`. */
  name: string
  path: string
  /** What the browser is told before it asks for anything: answers in the place of the API's. */
  before?: (page: Page) => Promise<void>
  /** What is done on the page before its picture is taken. */
  act?: (page: Page) => Promise<void>
  /** `two`: the desktop in light and the phone in dark, where a state looks much like another one. */
  looks?: 'all' | 'two'
}

export type Camera = { take(scene: Scene): Promise<void>; close(): Promise<void> }

const desktop = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 }
const phone = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
}
const quality = 56

type Look = { device: 'desktop' | 'phone'; colorScheme: 'light' | 'dark' }

/** Two browsers of the same owner, whose pictures go into the folder as `<page>[-<state>][-dark][-phone].webp`. */
export async function openCamera(site: Console, folder: string): Promise<Camera> {
  const pages = { desktop: await site.signedIn(desktop), phone: await site.signedIn(phone) }

  async function shoot(name: string, { device, colorScheme }: Look): Promise<void> {
    const page = pages[device]
    await page.emulateMedia({ colorScheme })
    await atRest(page)
    const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    const file = `${name}${colorScheme === 'dark' ? '-dark' : ''}${device === 'phone' ? '-phone' : ''}.webp`
    await sharp(png).webp({ quality, effort: 6 }).toFile(join(folder, file))
  }

  return {
    async take({ name, path, before, act, looks = 'all' }) {
      for (const device of ['desktop', 'phone'] as const) {
        const page = pages[device]
        await page.emulateMedia({
          colorScheme: device === 'phone' && looks === 'two' ? 'dark' : 'light',
          reducedMotion: 'reduce',
        })
        await before?.(page)
        await page.goto(`${site.url}${path}`)
        await settled(page)
        await act?.(page)
        for (const colorScheme of ['light', 'dark'] as const)
          if (looks === 'all' || (device === 'phone') === (colorScheme === 'dark'))
            await shoot(name, { device, colorScheme })
        await page.unrouteAll({ behavior: 'ignoreErrors' })
      }
    },
    async close() {
      await Promise.all([pages.desktop.context().close(), pages.phone.context().close()])
    },
  }
}

/** Nothing of it is on its way any more: no text that comes, no picture, no dialog that opens. */
async function atRest(page: Page): Promise<void> {
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  await page.waitForLoadState('load')
  let before = ''
  await eventually(async () => {
    const now = await page.evaluate<string>(
      `new Promise((resolve) => requestAnimationFrame(() => resolve(document.body.innerText + document.body.scrollHeight)))`,
    )
    const isSame = now === before
    before = now
    if (!isSame) throw new Error('it changes')
  })
}

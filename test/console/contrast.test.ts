import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../proofs/shared/browser.js'
import { consoleRoutes } from '../../src/api/console/console.js'
import { builtConsole, readConsole } from '../../src/api/console/files.js'

// What stands on what, by the styles that the browser computes: the console alone, with nobody signed in.

let server: Server
let browser: Browser
let page: Page
beforeAll(async () => {
  const files = readConsole(builtConsole())
  if (files === undefined) throw new Error('the console is not built')
  server = createAdaptorServer({ fetch: consoleRoutes(files).fetch }) as Server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  browser = await launchBrowser()
  page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
  await page.route('**/v1/sign-in', async (route) => await route.fulfill({ status: 401, body: '' }))
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.getByRole('heading').first().waitFor()
})
afterAll(async () => {
  await browser.close()
  server.close()
})

const grounds = ['--carillon-ground', '--carillon-surface', '--carillon-hover']
const texts = [
  '--mantine-color-text',
  '--mantine-color-dimmed',
  '--mantine-color-placeholder',
  '--mantine-color-error',
]
const marks = ['--carillon-ok', '--carillon-live', '--carillon-bad', '--carillon-quiet']
const edges = ['--mantine-color-default-border', '--carillon-focus']
/** Of what lies on the page or on a panel: its text and its own ground, which may let through what is under it. */
const filled = [
  ['#fff', '--mantine-color-verdigris-filled'],
  ['#fff', '--mantine-color-verdigris-filled-hover'],
  ['#fff', '--mantine-color-red-filled'],
  ['#fff', '--mantine-color-red-filled-hover'],
  ['--mantine-color-red-light-color', '--mantine-color-red-light'],
  ['--mantine-color-brass-light-color', '--mantine-color-brass-light'],
  ['--mantine-color-verdigris-light-color', '--mantine-color-verdigris-light'],
  ['--mantine-color-text', '--mantine-color-brass-light'],
  ['--mantine-color-text', '--mantine-color-red-light'],
  [
    'light-dark(var(--mantine-color-verdigris-8), var(--mantine-color-verdigris-2))',
    '--mantine-color-verdigris-light',
  ],
]

type Pair = { of: string; on: string; under: string; least: number }

const pairs: Pair[] = [
  ...grounds.flatMap((on) => [
    ...[...texts, '--mantine-color-anchor', '--carillon-bad'].map((of) => ({
      of,
      on,
      under: on,
      least: 4.5,
    })),
    ...[...marks, ...edges].map((of) => ({ of, on, under: on, least: 3 })),
  ]),
  ...filled.flatMap(([of = '', on = '']) =>
    ['--carillon-ground', '--carillon-surface'].map((under) => ({ of, on, under, least: 4.5 })),
  ),
]

type Color = [red: number, green: number, blue: number, alpha: number]

/** As the browser computes them in the theme that it has. */
async function colors(names: readonly string[]): Promise<Map<string, Color>> {
  const found = await page.evaluate<string[]>(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const probe = document.body.appendChild(document.createElement('div'))
    const all = ${JSON.stringify(names)}.map((name) => {
      probe.style.color = ''
      probe.style.color = name.startsWith('--') ? 'var(' + name + ', invalid)' : name
      return getComputedStyle(probe).color
    })
    probe.remove()
    return all.map((color) => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = color
      canvas.fillRect(0, 0, 1, 1)
      return color + '|' + [...canvas.getImageData(0, 0, 1, 1).data].join()
    })
  })()`)
  return new Map(
    names.map((name, index) => {
      const [red = 0, green = 0, blue = 0, alpha = 0] =
        (found[index] ?? '').split('|')[1]?.split(',').map(Number) ?? []
      return [name, [red, green, blue, alpha / 255]]
    }),
  )
}

function over([r, g, b, alpha]: Color, [red, green, blue]: Color): Color {
  const mixed = (top: number, below: number) => top * alpha + below * (1 - alpha)
  return [mixed(r, red), mixed(g, green), mixed(b, blue), 1]
}

/** WCAG 2.2's relative luminance. */
function luminance([red, green, blue]: Color): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
    const share = value / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: Color, other: Color): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

test.each(['light', 'dark'] as const)(
  'each text has 4.5 : 1 and each edge, mark and focus ring 3 : 1 on all that it stands on: %s',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(colorScheme)
    const of = await colors([...new Set(pairs.flatMap(({ of: one, on, under }) => [one, on, under]))])
    const get = (name: string): Color => {
      const color = of.get(name)
      // Black is what a name that is not there would be.
      if (color === undefined || (name.startsWith('--') && color.slice(0, 3).join() === '0,0,0'))
        throw new Error(`there is no ${name}`)
      return color
    }
    const faint = pairs.flatMap(({ of: one, on, under, least }) => {
      const ground = over(get(on), get(under))
      const ratio = contrast(over(get(one), ground), ground)
      return ratio < least ? [`${one} on ${on} over ${under}: ${ratio.toFixed(2)}, at least ${least}`] : []
    })
    expect(faint).toEqual([])
  },
)

test.each(['light', 'dark'] as const)(
  'the focus is seen around a button and a field by as much: %s',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    const button = page.getByRole('button').first()
    await button.focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    const { outline, width } = await page.evaluate<{ outline: string; width: number }>(`(() => {
      const { outlineColor, outlineWidth } = getComputedStyle(document.activeElement)
      return { outline: outlineColor, width: parseFloat(outlineWidth) }
    })()`)
    expect(width).toBeGreaterThanOrEqual(2)
    const found = await colors([outline, '--carillon-ground', '--carillon-surface'])
    const ring = found.get(outline) ?? [0, 0, 0, 0]
    for (const ground of ['--carillon-ground', '--carillon-surface'])
      expect(contrast(ring, found.get(ground) ?? ring)).toBeGreaterThanOrEqual(3)
  },
)

import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { pages } from '../../../console/src/text/en/pages.js'
import { projectRoot } from '../../../src/stack/project-root.js'

// The first page does not wait for the texts of the others, and neither does what is opened on it.

const console = join(projectRoot(), 'console/src')
const names = Object.keys(pages).join('|')
const ofPages = new RegExp(
  [
    String.raw`\b(?:text|useText\(\)|useSpoken\(\)\.text)\.(?:${names})\b`,
    String.raw`\{[^{}=]*\b(?:${names})\b[^{}=]*\}\s*=\s*(?:text|useText\(\)|useSpoken\(\)\.text)\b`,
  ].join('|'),
)

test('nothing that is shown with the first page has texts of other pages', () => {
  const shown = modulesFrom(join(console, 'main.tsx'))
  expect(shown.has(join(console, 'pages/overview/overview-page.tsx'))).toBe(true)
  expect(shown.has(join(console, 'shell/palette.tsx'))).toBe(true)
  expect(shown.has(join(console, 'pages/editor/editor-page.tsx'))).toBe(false)
  expect([...shown].filter((file) => ofPages.test(readFileSync(file, 'utf8'))).map(named)).toEqual([])
})

test('texts of other pages are found where they are', () => {
  const own = modulesFrom(join(console, 'pages/editor/editor-page.tsx'))
  const found = [...own].filter((file) => ofPages.test(readFileSync(file, 'utf8'))).map(named)
  expect(found).toContain('pages/editor/editor.tsx')
  expect(found).toContain('pages/editor/audience-fields.tsx')
})

/** All that it imports of the console, at once or later, but for the pages that wait. */
function modulesFrom(entry: string, known = new Set<string>()): Set<string> {
  if (known.has(entry)) return known
  known.add(entry)
  const source = readFileSync(entry, 'utf8').replaceAll(
    /lazyPage\(\(\) => import\('[^']*'\), '\w+'\)/g,
    'another page',
  )
  for (const [, path = ''] of source.matchAll(/(?:from |import\()'(\.[^']*)\.js'/g)) {
    const file = ['.ts', '.tsx'].map((end) => resolve(entry, '..', path + end)).find((one) => existsSync(one))
    if (file?.startsWith(`${console}/`) === true && !file.startsWith(join(console, 'text/')))
      modulesFrom(file, known)
  }
  return known
}

function named(file: string): string {
  return relative(console, file)
}

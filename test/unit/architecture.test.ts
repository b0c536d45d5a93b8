import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'

const page = readFileSync(join(projectRoot(), 'docs/architecture.md'), 'utf8')
const [, path = ''] = /^## The path of one message\n([\s\S]*?)^## /m.exec(page) ?? []
const files = [...path.matchAll(/`([a-z-]+\/[a-z/-]+\.ts)`/g)].map(([, file = '']) => file)

it('the path of one message names files', () => expect(files.length).toBeGreaterThan(20))
it.each(files)('%s is there', (file) => {
  expect(existsSync(join(projectRoot(), 'src', file))).toBe(true)
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../../src/stack/project-root.js'

const sources = join(projectRoot(), 'console/src')
const styles = join(projectRoot(), 'node_modules/@mantine/core/styles')
const read = (name: string): string => readFileSync(join(sources, name), 'utf8')

it('has the styles of each component with the first page, or with the module that uses it', () => {
  const ofFirstPage = read('mantine-styles.ts')
  const modules = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tsx'),
  )
  const used = modules.flatMap((name) => {
    const text = read(name)
    const [, names = ''] = /^import \{([^}]*)\} from '@mantine\/core'$/m.exec(text) ?? []
    return names
      .split(',')
      .map((one) => ({ name, text, component: one.trim() }))
      .filter(({ component }) => existsSync(join(styles, `${component}.layer.css`)))
  })
  expect(used.length).toBeGreaterThan(100)
  const lacking = used.filter(({ component, text }) => {
    const file = `'@mantine/core/styles/${component}.layer.css'`
    return !ofFirstPage.includes(file) && !text.includes(file)
  })
  expect(lacking.map(({ name, component }) => `${name}: ${component}`)).toEqual([])
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'

const root = projectRoot()
const files = ['src/workflows', 'src/protocol'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)
/** At the beginning of a line, so of the module itself: what can change, or be filled. */
const state =
  /^(?:export )?(?:(?:let|var) .*|const \w+(?:: [^=]+)? = (?:new (?:Map|WeakMap|Set<|WeakSet)|\[\]).*)$/m

it('there are modules of workflows', () => expect(files.length).toBeGreaterThan(30))

// All workflows of a worker share their modules (decision 0040): what each has for itself is a `workflowLocal`.
it.each(files)('%s keeps nothing that one workflow could leave to another', (file) => {
  expect(state.exec(readFileSync(join(root, file), 'utf8'))?.[0]).toBeUndefined()
})

it.each([
  'let last = 0',
  'export let last = 0',
  'const seen = new Map<string, number>()',
  'const all: string[] = []',
])('it would see %s', (line) => expect(state.test(`import x from 'y'\n${line}\n`)).toBe(true))

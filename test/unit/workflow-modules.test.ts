import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'

const root = projectRoot()
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
/** As tools/setup/workflow-bundle.mjs has them. */
const entries = ['index', 'tracing', 'payload-converter'].map((name) => `src/workflows/${name}.ts`)
/** Of a file of ours, and not of its types alone; what is loaded for some workflows only is in the bundle, too. */
const runtimeImport = /(?:^(?:import|export) (?!type\b)(?:[^'"]*? from )?|\brequire\()'(\.[^']+)\.js'/gm

/** The files of src that are in the bundle, in the order in which they are found. */
function filesOfTheBundle(): string[] {
  const found = new Set(entries)
  for (const file of found) {
    for (const [, target = ''] of textOf(file).matchAll(runtimeImport))
      found.add(normalize(join(file, '..', `${target}.ts`)))
  }
  return [...found]
}

const files = filesOfTheBundle()
/** At the beginning of a line, so of the module itself: what can change, or be filled (`Readonly…` can not, by its type). */
const state =
  /^(?:export )?(?:(?:let|var) .*|const \w+(?!: Readonly)(?:: [^=]+)? = (?:new (?:Weak)?(?:Map|Set)\b|\[\]).*)$/m

it('there are modules of workflows, and those that they take from the protocol and the domain', () => {
  for (const [folder, most] of [
    ['workflows', 30],
    ['protocol', 5],
    ['domain', 4],
  ] as const)
    expect(files.filter((file) => file.startsWith(`src/${folder}/`)).length).toBeGreaterThan(most)
  expect(files).toContain('src/workflows/traced.ts')
})

// All workflows of a worker share their modules (decision 0040): what each has for itself is a `workflowLocal`.
it.each(files)('%s keeps nothing that one workflow could leave to another', (file) => {
  expect(state.exec(textOf(file))?.[0]).toBeUndefined()
})

it.each([
  'let last = 0',
  'export let last = 0',
  'const seen = new Map<string, number>()',
  'const known = new Set(names)',
  'const all: string[] = []',
])('it would see %s', (line) => expect(state.test(`import x from 'y'\n${line}\n`)).toBe(true))

it('what is filled once and read since is none', () => {
  expect(state.test(`const final: ReadonlySet<string> = new Set(['done'])\n`)).toBe(false)
})

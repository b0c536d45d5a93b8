import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/client/errors.js'
import { replacementOf } from '../../src/client/input/of-definition.js'
import { keptContent, mergedInput } from '../../src/client/input/edit.js'
import { readReminderInput } from '../../src/client/input/reminder.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { decodeText } from '../../src/client/yaml/decode.js'
import { lineOfField } from '../../src/client/yaml/line-of-field.js'
import { describeFileProblem } from '../../src/client/yaml/problems.js'
import { readReminders } from '../../src/client/yaml/read.js'
import { writeReminders } from '../../src/client/yaml/write.js'
import { differences, type ReminderDefinition } from '../../src/domain/definition.js'
import { context, read } from './support/input.js'
import { writtenReminder } from './support/written-reminders.js'

const media = 'ab'.repeat(32)
const later = {
  ...context({ now: new Date('2027-03-15T11:38:21Z'), zone: 'America/New_York' }),
  readMedia: async ({ path }: { path: string }) => ({ kind: 'stored' as const, digest: path }),
}

/** Undefined where a create would refuse it. */
async function created(written: ReminderInput): Promise<ReminderDefinition | undefined> {
  try {
    return (await read(written)).definition
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

function inputsIn(text: string): unknown[] {
  const file = readReminders(text)
  if (file.kind === 'refused') throw new Error(JSON.stringify(file.problems))
  return file.reminders.map(({ input }) => input)
}

function problemsOf(text: string) {
  const file = readReminders(text)
  return file.kind === 'refused' ? file.problems : []
}

const anyText = fc
  .string({
    minLength: 1,
    maxLength: 30,
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom(' ', '\n', '\t', '-', ':', '#', '*', '&', '!', "'", '"', '|', 'a'),
    ),
  })
  .filter((text) => !/[\r\0]|\p{Surrogate}/u.test(text))

describe('what is exported', () => {
  it('is the very same when it is read again, later and elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(writtenReminder, { minLength: 1, maxLength: 3 }), async (all) => {
        const definitions = (await Promise.all(all.map(created))).filter((one) => one !== undefined)
        fc.pre(definitions.length > 0)
        const reminders = definitions.map((definition, index) => ({ key: `r-${index}`, definition }))
        const names = new Map([['120363000000000001@g.us', 'Class 3B # one\nor two']])
        const inputs = inputsIn(writeReminders(reminders, { names }))
        for (const [index, { key, definition }] of reminders.entries()) {
          const again = await readReminderInput(inputs[index], later)
          expect(again.key).toBe(key)
          expect(differences(definition, again.definition)).toEqual([])
          expect(again.definition).toEqual(definition)
        }
        expect(inputs).toHaveLength(reminders.length)
      }),
      { seed: 20_261_130, numRuns: 30 },
    )
  }, 180_000)

  it('keeps every text as it is, and images by what they are known by', async () => {
    const { definition } = await read({ to: 'Class 3B', text: 'x', at: '2026-12-01T09:00' })
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (text, caption) => {
        const sent: ReminderDefinition = {
          ...definition,
          parts: [
            { kind: 'text', text },
            { kind: 'image', media, caption },
          ],
        }
        const [input] = inputsIn(writeReminders([{ key: 'a', definition: sent }], { names: new Map() }))
        expect((await readReminderInput(input, later)).definition.parts).toEqual(sent.parts)
      }),
      { seed: 20_261_130, numRuns: 400 },
    )
  }, 180_000)

  it('reads as people would write it', async () => {
    const { definition } = await read({
      to: ['Class 3B', '+1 555 123 4567'],
      text: 'Bring:\n- a towel\n- *shoes*',
      at: '2026-12-18T12:00',
      zone: 'Africa/Nairobi',
      window: '08:00-20:00 mo-fr',
    })
    const names = new Map([['120363000000000001@g.us', 'Class 3B']])
    expect(writeReminders([{ key: 'swim', definition }], { names })).toBe(`\
# 1 reminder of Carillon: \`carillon reminder create -f\`, or the console’s import, makes the same ones.

reminders:
  - key: swim
    account: school
    to:
      - 120363000000000001@g.us # Class 3B
      - "+15551234567"
    at: 2026-12-18T12:00:00+03:00
    zone: Africa/Nairobi
    text: |-
      Bring:
      - a towel
      - *shoes*
    window: 08:00-20:00 mo,tu,we,th,fr
`)
  })

  it('takes the place of whatever there was, as an edit', async () => {
    await fc.assert(
      fc.asyncProperty(writtenReminder, writtenReminder, async (one, other) => {
        const [before, wanted] = await Promise.all([created(one), created(other)])
        fc.pre(before !== undefined && wanted !== undefined)
        const changes = replacementOf(wanted)
        const { definition } = await readReminderInput(mergedInput(before, changes), later, {
          kept: keptContent(before, changes),
        })
        expect(differences(wanted, definition)).toEqual([])
      }),
      { seed: 20_261_130, numRuns: 30 },
    )
  }, 180_000)
})

describe('a file of reminders', () => {
  it('is the fields of one, a list of them, or documents of either', () => {
    expect(readReminders('to: A\n')).toMatchObject({
      form: 'one',
      reminders: [{ input: { to: 'A' }, line: 1 }],
    })
    expect(readReminders('# nothing\n')).toEqual({ kind: 'read', form: 'one', reminders: [] })
    expect(readReminders('---\nto: A\n---\nreminders:\n  - to: B\n  - text\n---\n# no more\n')).toMatchObject(
      {
        form: 'many',
        reminders: [
          { input: { to: 'A' }, line: 2 },
          { input: { to: 'B' }, line: 5 },
          { input: 'text', line: 6 },
        ],
      },
    )
    expect(readReminders('{"reminders": []}')).toMatchObject({ form: 'many', reminders: [] })
  })

  it('is read as any system saves it', () => {
    const text = 'reminders:\r\n  - key: "a"\r\n    text: |\r\n      One\r\n      Zwölf\r\n'
    const bytes = [
      Buffer.from(text),
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    ]
    for (const one of bytes)
      expect(inputsIn(decodeText(one) ?? '')).toEqual([{ key: 'a', text: 'One\nZwölf\n' }])
    expect(decodeText(Buffer.from([0x50, 0xfc, 0x72]))).toBeUndefined()
  })

  it('says where each field is, and for one that is missing where it would be', () => {
    const file = readReminders(
      'reminders:\n  - key: a\n    parts:\n      - text: x\n      - { image: y,\n          caption: z }\n',
    )
    const [one] = file.kind === 'read' ? file.reminders : []
    const lines = ['key', 'parts[1].caption', 'parts[1].text', 'parts[0]', 'to[3]', 'at'].map(
      (field) => one && lineOfField(one, field),
    )
    expect(lines).toEqual([2, 6, 5, 4, 2, 2])
  })

  it.each([
    ['a\ttab', 'to: A\nsteps:\n\t- at\n', 3, /spaces instead of tabs/],
    ['a field twice', 'to: A\ntext: x\nto: B\n', 3, /give each field once/],
    ['a text with a colon', 'to: A\ntext: Bring: a towel\n', 2, /colon in quotes/],
    ['a bold text', 'to: A\ntext: *Trip*\n', 2, /in quotes/],
    ['a bold word', 'to: A\ntext: *Trip* on Friday\n', 2, /in quotes/],
    ['a tag', 'text: !important Read this\n', 1, /in quotes/],
    ['an open quote', 'text: "Hello\nto: A\n', 3, /close the quotes/],
    ['a backslash', 'text: "C:\\dir"\n', 1, /single quotes/],
  ])('with %s is refused, with the line and what to do', (_what, text, line, advice) => {
    const [problem, ...others] = problemsOf(text)
    expect(others).toEqual([])
    expect(problem).toMatchObject({ kind: 'syntax', line })
    expect(problem && describeFileProblem(problem)).toMatch(advice)
  })

  it('tells of all documents what is wrong', () => {
    expect(problemsOf('to: [\n---\na: 1\na: 2\n---\njust text\n')).toMatchObject([{ line: 2 }, { line: 4 }])
    expect(problemsOf('a: 1\n---\njust text\n---\nreminders: 7\n---\nreminders: []\nto: A\n')).toEqual([
      { kind: 'notFields', line: 3, got: 'a text of 9 characters' },
      { kind: 'notList', line: 5, got: 'a number' },
      { kind: 'besideList', line: 8 },
    ])
  })
})

describe('a file that means harm', () => {
  const laughs = (text: string) =>
    [`a: &a [${text}, ${text}]`]
      .concat(
        Array.from(
          'bcdefghij',
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(', ')}]`,
        ),
      )
      .join('\n')

  it.each([
    ['aliases of aliases', laughs('lol'), 'tooLarge'],
    [
      'a long text that is meant ten thousand times',
      `a: &a ${'x'.repeat(10_000)}\nb: [${Array.from({ length: 10_000 }, () => '*a').join(', ')}]`,
      'tooLarge',
    ],
    ['an alias of what it is in', 'a: &a [*a]', 'tooLarge'],
    ['brackets in each other', '['.repeat(200_000), 'noReminders'],
    ['lists in each other', '- '.repeat(200_000), 'noReminders'],
    [
      'more fields than there are',
      Array.from({ length: 50_000 }, (_, index) => `f${index}: 1`).join('\n'),
      'noReminders',
    ],
    [
      'aliases without end',
      `a: &a x\nb: [${Array.from({ length: 50_000 }, () => '*a').join(', ')}]`,
      'tooLarge',
    ],
    ['braces in each other', '{a: '.repeat(50_000), 'noReminders'],
  ])('of %s is refused soon', (_what, text, kind) => {
    const startedAt = performance.now()
    expect(problemsOf(text)).toMatchObject([{ kind }])
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })

  it('with ten megabytes of reminders is read', () => {
    const one = (index: number) =>
      `- key: r-${index}\n  to: Class 3B\n  text: ${'word '.repeat(380)}\n  at: tomorrow 09:00\n`
    const text = `reminders:\n${Array.from({ length: 5_000 }, (_, index) => one(index)).join('')}`
    expect(text.length).toBeGreaterThan(9_500_000)
    expect(inputsIn(text)).toHaveLength(5_000)
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import type { CreatedOfMany } from '../../src/client/reminders/many/create.js'
import type { PreviewedOfMany } from '../../src/client/reminders/many/preview.js'
import { definitionDefaults } from '../../src/domain/definition.js'
import { run, way, written } from './support.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-cli-many-'))
})
afterAll(async () => await rm(folder, { recursive: true }))

async function fileOf(text: string, name = 'many.yaml'): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

const two = `reminders:
  - key: a
    to: Class 3B
    text: One
    at: tomorrow 09:00
  - key: b
    to: Class 3B
    text: Two
    at: tomorrow 09:00
`

function counted(reminders: CreatedOfMany[]) {
  const counts = { created: 0, exists: 0, ended: 0, refused: 0 }
  for (const { kind } of reminders) counts[kind] += 1
  return { counts, reminders }
}

const created = (index: number, change: Partial<CreatedOfMany> = {}) =>
  ({
    index,
    key: `r-${index}`,
    kind: 'created',
    state: 'scheduled',
    scheduledAt: '2026-11-24T06:03:00Z',
    warnings: [],
    ...change,
  }) as CreatedOfMany

const conflict = (index: number) =>
  created(index, {
    kind: 'refused',
    code: 'conflict',
    message: `Reminder 'r-${index}' exists (scheduled) with another definition.`,
    differences: [],
  })

const over = (index: number) =>
  created(index, { kind: 'ended', state: 'completed', endedAt: '2026-11-23T06:03:00Z', differences: [] })

function capture(reminders: CreatedOfMany[] = [created(0), created(1)]) {
  const calls: { inputs: readonly ReminderInput[]; folder: string | undefined }[] = []
  const createMany = async (inputs: readonly ReminderInput[], options?: { folder?: string }) => {
    calls.push({ inputs, folder: options?.folder })
    return counted(reminders)
  }
  return { calls, client: { reminders: { createMany } } }
}

describe('reminder create with a list', () => {
  it('creates all of it, with the flags over each, and images beside the file', async () => {
    const { calls, client } = capture()
    const args = ['reminder', 'create', '-f', await fileOf(two), '--account', 'school', '--text', 'Three']
    const { exitCode, stdout, stderr } = await run(args, { client })
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'Created 2 reminders', stderr: '' })
    const common = { to: 'Class 3B', text: 'Three', at: 'tomorrow 09:00', account: 'school' }
    expect(calls).toEqual([
      {
        inputs: [written({ key: 'a', ...common }), written({ key: 'b', ...common })],
        folder: way === 'direct' ? folder : undefined,
      },
    ])
  })

  it('takes it as JSON from stdin, and answers in JSON', async () => {
    const { calls, client } = capture()
    const stdin = JSON.stringify({ reminders: [{ key: 'a', to: 'Class 3B' }] })
    const { exitCode, stdout } = await run(['reminder', 'create', '--json'], { client, stdin })
    expect(exitCode).toBe(0)
    expect(calls[0]?.inputs).toEqual([written({ key: 'a', to: 'Class 3B' })])
    expect(JSON.parse(stdout)).toMatchObject({
      counts: { created: 2 },
      reminders: [{ key: 'r-0' }, { key: 'r-1' }],
    })
  })

  it('takes an anchor that is meant by all of them', async () => {
    const { calls, client } = capture()
    const [first, ...others] = Array.from({ length: 500 }, (_, index) => `  - { key: r-${index}, to: `)
    const list = [`${first}&to [Class 3B] }`, ...others.map((line) => `${line}*to }`)].join('\n')
    const { exitCode } = await run(['reminder', 'create', '-f', await fileOf(`reminders:\n${list}\n`)], {
      client,
    })
    expect(exitCode).toBe(0)
    expect(calls[0]?.inputs.at(-1)).toEqual(written({ key: 'r-499', to: ['Class 3B'] }))
  })

  it.each([
    ['another field beside it', `${two}account: school\n`, [], /nothing beside `reminders`/],
    [
      'no list under it',
      'reminders: trip\n',
      [],
      /expected a list of reminders under `reminders`, got a text of 4/,
    ],
    ['a list without a name', '- key: a\n', [], /or `reminders:` and a list of such; got a list of 1/],
    ['one key for all', two, ['--key', 'c'], /a key is that of one reminder/],
  ])('refuses %s', async (_what, text, flags, message) => {
    const { calls, client } = capture()
    const { exitCode, stderr } = await run(['reminder', 'create', '-f', await fileOf(text), ...flags], {
      client,
    })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
    expect(calls).toEqual([])
  })

  it.each([
    ['all are there', [created(0), created(1, { kind: 'exists' })], 0, 'Created 1 reminder, 1 already there'],
    ['one is over', [created(0), over(1)], 5, 'Created 1 reminder, 1 over, nothing is sent again'],
    [
      'one is refused',
      [over(0), conflict(1)],
      4,
      'Created 0 reminders, 1 over, nothing is sent again, 1 refused',
    ],
  ] as const)('ends as a create of one does: %s', async (_what, reminders, code, summary) => {
    const { client } = capture([...reminders])
    const { exitCode, stdout } = await run(['reminder', 'create', '-f', await fileOf(two)], { client })
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: summary })
  })

  it('tells on stderr which are not created, and says once what holds for many', async () => {
    const warnings = ["account 'school' is not linked"]
    const many = Array.from({ length: 200 }, (_, index) => ({ ...conflict(index), warnings }))
    const { client } = capture(many)
    const { stderr } = await run(['reminder', 'create', '-f', await fileOf(two)], { client })
    const lines = stderr.split('\n')
    expect(lines).toHaveLength(52)
    expect(lines[0]).toBe("warning: reminders[0] (key 'r-0') and 199 more: account 'school' is not linked")
    expect(lines[1]).toMatch(/^refused: reminders\[0\] \(key 'r-0'\): Reminder 'r-0' exists/)
    expect(lines.at(-1)).toBe('and 150 more (--json has all)')
  })
})

describe('preview with a list', () => {
  const previewed: PreviewedOfMany = {
    index: 0,
    key: 'a',
    kind: 'created',
    differences: [],
    words: 'once on Tue 24 Nov 2026 at 09:03 (Africa/Nairobi)',
    nextFire: '2026-11-24T06:03:00Z',
    definition: {
      version: 2,
      account: 'school',
      audience: { kind: 'allGroups' },
      parts: [{ kind: 'text', text: 'One' }],
      schedule: { kind: 'once', at: '2026-11-24T06:03:00Z', zone: 'Africa/Nairobi' },
      ...definitionDefaults,
    },
    warnings: [],
  }
  const previewMany = async () => ({
    counts: { created: 1, exists: 0, ended: 0, refused: 1 },
    reminders: [previewed, { ...previewed, index: 1, key: 'b', kind: 'refused', state: 'paused' } as const],
  })

  it('says what would become of each, and stores nothing', async () => {
    const args = ['preview', '-f', await fileOf(two)]
    const { exitCode, stdout } = await run(args, { client: { reminders: { previewMany } } })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/a +new +Tue 24 Nov 09:03/)
    expect(stdout).toMatch(/b +paused, with another definition: refused/)
    expect(stdout).toMatch(/Would create 1 reminder, 1 refused\nNothing was stored\.$/)
  })

  it.each([
    ['preview', 'trip'],
    ['reminder', 'edit', 'trip'],
  ])('is for new ones: %s %s takes one', async (...args) => {
    const { exitCode, stderr } = await run([...args, '-f', await fileOf(two)], { client: { reminders: {} } })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/Expected the fields of one reminder here/)
  })
})

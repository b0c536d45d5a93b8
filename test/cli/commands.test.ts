import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CarillonError, InputError, reminderConflict } from '../../src/client/errors.js'
import type { CreateResult } from '../../src/client/reminders/create.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import type { ReminderSummary } from '../../src/client/reminders/summary.js'
import { run, way, written } from './support.js'
import { definition, mediaOf, reminderDetails } from './views.js'

const created: CreateResult = {
  kind: 'created',
  key: 'trip',
  state: 'scheduled',
  scheduledAt: '2026-11-24T06:03:00Z',
  definition,
  digest: 'd'.repeat(64),
  warnings: [],
}

const { upcoming: _upcoming, runs: _runs, ...summary } = reminderDetails
const view: ReminderSummary = { ...summary, state: 'paused' }

function capture(result: CreateResult = created) {
  const calls: { input: ReminderInput; folder: string | undefined }[] = []
  const create = async (input: ReminderInput, options?: { folder?: string }) => {
    calls.push({ input, folder: options?.folder })
    return result
  }
  return { calls, client: { reminders: { create } } }
}

describe('reminder create', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carillon-cli-'))
    await writeFile(
      join(folder, 'trip.yaml'),
      'key: trip\nto: Class 3B\nimage: poster.jpg\nat: tomorrow 09:00\n',
    )
    await writeFile(join(folder, 'poster.jpg'), 'a poster')
  })
  afterAll(async () => await rm(folder, { recursive: true }))

  it('makes the input of its flags', async () => {
    const { calls, client } = capture()
    const flags = [
      '--to',
      'Class 3B',
      '--to',
      '+15551234567',
      '--text',
      'Hi',
      '--at',
      'tomorrow 09:00',
      '--zone',
      'UTC',
    ]
    const more = [
      '--key',
      'trip',
      '--account',
      'school',
      '--priority',
      '7',
      '--catch-up',
      '30m',
      '--deliver-within',
      '2h',
    ]
    const { exitCode, stdout } = await run(['reminder', 'create', ...flags, ...more], { client })
    expect(exitCode).toBe(0)
    expect(calls[0]?.input).toEqual({
      to: ['Class 3B', '+15551234567'],
      text: 'Hi',
      at: 'tomorrow 09:00',
      zone: 'UTC',
      key: 'trip',
      account: 'school',
      priority: 7,
      catchUp: '30m',
      deliverWithin: '2h',
    })
    expect(stdout).toMatch(/Created reminder trip to 1 group and 1 person from account 'school'/)
    expect(stdout).toMatch(/09:03 \(Africa\/Nairobi\), in 3 min/)
  })

  it('reads a file, whose images are beside it, and lets flags go before its fields', async () => {
    const { calls, client } = capture()
    await run(['reminder', 'create', '-f', join(folder, 'trip.yaml'), '--at', 'in 1 hour'], { client })
    const sent = way === 'direct' ? { folder, image: 'poster.jpg' } : { image: mediaOf('a poster') }
    const { folder: place, image } = { folder: undefined, ...sent }
    expect(calls).toEqual([
      { folder: place, input: written({ key: 'trip', to: 'Class 3B', image, at: 'in 1 hour' }) },
    ])
  })

  it('begins the image path of a flag at the current folder', async () => {
    const { calls, client } = capture()
    const args = ['reminder', 'create', '-f', join(folder, 'trip.yaml'), '--image', 'x.jpg']
    const { stderr } = await run(args, { client })
    const path = join(process.cwd(), 'x.jpg')
    // Over HTTP the file itself is sent.
    if (way === 'direct') expect(calls[0]?.input.image).toBe(path)
    else expect(stderr).toContain(`image: expected an image file, and there is no ${path}`)
  })

  it('reads JSON from stdin when nothing else is given', async () => {
    const { calls, client } = capture()
    const { stdout } = await run(['reminder', 'create', '--json'], { client, stdin: '{"to": "all groups"}' })
    expect(calls[0]?.input).toEqual(written({ to: 'all groups' }))
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'created',
      key: 'trip',
      scheduledAt: '2026-11-24T06:03:00Z',
    })
  })

  it('tells where a file is no YAML, without the line', async () => {
    const { exitCode, stderr } = await run(['reminder', 'create', '-f', '-'], {
      stdin: 'to: [a\n text: secret',
    })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^error: stdin, line \d+, column \d+/)
    expect(stderr).not.toMatch(/secret/)
  })

  it.each([
    [
      'plain text',
      'just a sentence',
      /^error: stdin, line 1: expected fields such as .*; got a text of 15 characters$/,
    ],
    ['a list', '- to: x', /^error: stdin, line 1: expected fields such as .*; got a list of 1$/],
    ['a number', '42', /^error: stdin, line 1: expected fields such as .*; got a number$/],
  ])('refuses %s in one line, without the text', async (_, stdin, expected) => {
    const { calls, client } = capture()
    const { exitCode, stderr } = await run(['reminder', 'create', '-f', '-', '--key', 'x'], { client, stdin })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(expected)
    expect(stderr).not.toMatch(/sentence/)
    expect(calls).toEqual([])
  })

  it('takes an empty file for one without fields', async () => {
    const { calls, client } = capture()
    await run(['reminder', 'create', '-f', '-', '--key', 'x'], { client, stdin: '# nothing yet\n' })
    expect(calls[0]?.input).toEqual(written({ key: 'x' }))
  })

  it('has an exit code of its own for a reminder that is over', async () => {
    const ended: CreateResult = {
      kind: 'ended',
      key: 'trip',
      state: 'completed',
      endedAt: '2026-11-24T05:00:00Z',
      differences: [{ field: 'priority', existing: '5', requested: '7' }],
      definition,
      digest: 'd'.repeat(64),
      warnings: [],
    }
    const { exitCode, stdout, stderr } = await run(['reminder', 'create', '--to', 'x'], capture(ended))
    expect(exitCode).toBe(5)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/is over \(completed, 1 h ago\): nothing is sent again/)
    expect(stderr).toMatch(/priority: it has 5, you gave 7/)
  })

  it('warns on stderr, so that stdout stays what was asked for', async () => {
    const { stdout, stderr } = await run(
      ['reminder', 'create', '--to', 'x'],
      capture({ ...created, warnings: ['look out'] }),
    )
    expect(stderr).toBe('warning: look out')
    expect(stdout).not.toMatch(/look out/)
  })
})

describe('errors', () => {
  function failing(error: Error) {
    const list = async () => {
      throw error
    }
    return { client: { reminders: { list } } }
  }
  const issues = [{ field: 'zone', got: "'Mars'", expected: 'expected an IANA time zone' }]

  it.each([
    ['invalid', new InputError(issues), 2],
    ['not_found', new CarillonError('not_found', 'no such thing'), 3],
    [
      'conflict',
      reminderConflict('trip', { state: 'scheduled', differences: [{ field: 'parts[0].text' }] }),
      4,
    ],
    ['ended', new CarillonError('ended', 'over'), 5],
    ['unreachable', new CarillonError('unreachable', 'not running'), 6],
    ['not_ready', new CarillonError('not_ready', 'no worker'), 6],
    ['timed_out', new CarillonError('timed_out', 'no answer'), 6],
    ['failure', new Error('disk on fire'), 1],
  ])('%s: told in words and in JSON, with its exit code', async (code, error, exitCode) => {
    const human = await run(['reminder', 'list'], failing(error))
    expect(human.exitCode).toBe(exitCode)
    expect(human.stdout).toBe('')
    // What is no error of ours is in the log of the API, and told to nobody.
    const isHidden = code === 'failure' && way === 'api'
    expect(human.stderr).toContain(
      `error: ${isHidden ? 'The API failed. Its log says where' : error.message}`,
    )
    expect(human.stderr).not.toMatch(/ {4}at /)
    const json = await run(['reminder', 'list', '--json'], failing(error))
    expect(json.exitCode).toBe(exitCode)
    expect(json.stdout).toBe('')
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code } })
  })

  it('have their issues and differences in JSON', async () => {
    const invalid = await run(['--json', 'reminder', 'list'], failing(new InputError(issues)))
    expect(JSON.parse(invalid.stderr)).toMatchObject({
      error: { issues: [{ ...issues[0], message: "zone: expected an IANA time zone, got 'Mars'" }] },
    })
    const conflict = reminderConflict('trip', {
      state: 'scheduled',
      differences: [{ field: 'parts[0].text' }],
    })
    expect(JSON.parse((await run(['reminder', 'list', '--json'], failing(conflict))).stderr)).toMatchObject({
      error: { differences: [{ field: 'parts[0].text' }] },
    })
  })

  it('show their stack only with --debug', async () => {
    const { stderr } = await run(['reminder', 'list', '--debug'], failing(new Error('disk on fire')))
    expect(stderr).toMatch(/ {4}at /)
  })

  it.each([
    [['reminder', 'crate']],
    [['--bogus']],
    [['reminder', 'show']],
    [['reminder', 'list', '--limit', 'many']],
  ])('of usage: %j', async (args) => {
    const human = await run(args)
    expect(human).toMatchObject({ exitCode: 2, stdout: '', connected: 0 })
    expect(human.stderr).toMatch(/error: /)
    const json = await run([...args, '--json'])
    expect(json.exitCode).toBe(2)
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'invalid' } })
  })
})

describe('pause, resume and cancel', () => {
  const pausing = (confirmation: object) => ({
    client: { reminders: { pause: async () => ({ state: view, confirmed: true, ...confirmation }) } },
  })

  it('say what is now so', async () => {
    expect(await run(['reminder', 'pause', 'trip'], pausing({}))).toMatchObject({
      exitCode: 0,
      stdout: "Reminder 'trip' is paused",
    })
    expect(await run(['reminder', 'pause', 'trip'], pausing({ already: true }))).toMatchObject({
      exitCode: 0,
      stdout: "Reminder 'trip' is paused already",
    })
  })

  it('say honestly that the worker has not confirmed', async () => {
    const state = { ...view, state: 'scheduled' }
    const { exitCode, stdout, stderr } = await run(
      ['reminder', 'pause', 'trip'],
      pausing({ confirmed: false, state }),
    )
    expect(exitCode).toBe(6)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/is scheduled still: the signal is delivered, and the worker has not confirmed/)
  })

  it('say that it had ended before', async () => {
    const state = { ...view, state: 'completed' }
    const { stdout } = await run(['reminder', 'pause', 'trip'], pausing({ state }))
    expect(stdout).toBe("Reminder 'trip' had ended before: it is completed")
  })
})

describe('of a snoozed reminder', () => {
  const daily: ReminderDefinition = {
    ...definition,
    schedule: {
      kind: 'recurring',
      zone: 'Africa/Nairobi',
      start: '2026-11-01T00:00:00',
      rule: { kind: 'cron', cron: '0 8 * * *' },
    },
  }
  const snoozed = { from: new Date('2026-11-25T05:00:00Z'), to: new Date('2026-11-26T09:00:00Z') }
  const scheduled = { ...view, state: 'scheduled' as const, definition: daily, moved: [snoozed], runs: [] }
  const shown = async (verb: 'show' | 'list', change: object) => {
    const reminder = { ...scheduled, ...change }
    const client = { reminders: { show: async () => reminder, list: async () => ({ items: [reminder] }) } }
    const args = verb === 'show' ? ['reminder', 'show', 'trip'] : ['reminder', 'list']
    return (await run(args, { client: client as never })).stdout
  }

  it('show and list name the time that fires, and what it was', async () => {
    const next = { nextFire: snoozed.to, snoozedFrom: snoozed.from, upcoming: ['2026-11-27T05:00:00Z'] }
    const show = await shown('show', next)
    expect(show).toMatch(/Next +Thu 26 Nov 2026 at 12:00 \(Africa\/Nairobi\), .*snoozed from /)
    expect(show).not.toMatch(/^Moved/m)
    expect(await shown('list', next)).toContain('(snoozed)')
  })

  it('whose next fire is another, they say so', async () => {
    const next = { nextFire: new Date('2026-11-26T05:00:00Z'), upcoming: [snoozed.to.toISOString()] }
    const show = await shown('show', next)
    expect(show).toMatch(/Next +Thu 26 Nov 2026 at 08:00 \(Africa\/Nairobi\), [^,]*$/m)
    expect(show).toMatch(/^Then .*12:00/m)
    expect(show).toMatch(/^Moved .*08:00 to .*12:00/m)
    expect(await shown('list', next)).not.toContain('(snoozed)')
  })

  it('a create of what exists names the time that fires', async () => {
    const { client } = capture({
      ...created,
      kind: 'exists',
      definition: daily,
      scheduledAt: '2026-11-26T09:00:00Z',
    })
    const { stdout } = await run(['reminder', 'create', '--to', 'x', '--text', 'y', '--cron', '0 8 * * *'], {
      client,
    })
    expect(stdout).toContain(
      'every day at 08:00 (Africa/Nairobi), next on Thu 26 Nov 2026 at 12:00 (Africa/Nairobi)',
    )
  })
})

it('closes what it opened, also after an error, and opens nothing for help', async () => {
  const list = async () => await Promise.reject(new Error('no'))
  expect(await run(['reminder', 'list'], { client: { reminders: { list } } })).toMatchObject({
    connected: 1,
    closed: 1,
  })
  const help = await run(['--help'])
  expect(help).toMatchObject({ exitCode: 0, connected: 0 })
  expect(help.stdout).toMatch(/Exit codes:/)
})

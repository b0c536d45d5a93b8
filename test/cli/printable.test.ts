import { describe, expect, it } from 'vitest'
import { printable, printableLines } from '../../src/words/printable.js'
import { table } from '../../src/cli/table.js'
import type { KnownGroup } from '../../src/store/views/groups.js'
import { run } from './support.js'
import { accountView, groupsRead } from './views.js'

const escape = '\u001b'
// It would clear the screen, go back to the first column, hide what follows, and turn its letters round.
const hostile = `${escape}[2J\rClass 3B\nroot\u202etxt.exe\u0007\u009b31m\u2066\ufeff`

// oxlint-disable-next-line no-control-regex
const acted = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u

const group: KnownGroup = {
  jid: '120363000000000001@g.us',
  subject: hostile,
  participants: 3,
  cannotPost: null,
  fetchedAt: new Date('2026-11-24T05:00:00Z'),
}

describe('text of others', () => {
  it('has nothing left that a terminal would act on, and shows what was there', () => {
    expect(printable(hostile)).not.toMatch(acted)
    expect(printable(hostile)).toBe(String.raw`\x1b[2J\rClass 3B\nroot\u202etxt.exe\x07\x9b31m\u2066\ufeff`)
  })

  it('keeps letters of every script, and emoji whole', () => {
    for (const text of ['Élèves 2026', 'कक्षा ३', 'مدرسة', '三年级', '👩‍👩‍👧‍👦 🇰🇪', 'می‌خواهم'])
      expect(printable(text)).toBe(text)
  })

  it('shows half a letter as what it is', () => {
    expect(printable('\ud83d!')).toBe(String.raw`\ud83d!`)
  })

  it('keeps its lines where it may have some', () => {
    expect(printableLines(`one\ntwo${escape}[8m\nthree`)).toBe(`one\ntwo${String.raw`\x1b`}[8m\nthree`)
  })
})

function runDetails() {
  const at = new Date('2026-11-24T06:00:00Z')
  const none = { pending: 0, unknown: 0, skipped: 0, expired: 0 }
  return {
    progress: {
      run: {
        id: 'run:local/trip@2026-11-24T06:00:00Z',
        key: 'trip',
        accountId: 'school',
        state: 'paused' as const,
        reason: hostile,
        priority: 5,
        scheduledAt: at,
        deadline: null,
        waitsUntil: null,
        hold: null,
        createdAt: at,
        startedAt: at,
        finishedAt: null,
      },
      targets: { ...none, delivered: 0, failed: 1 },
      totalTargets: 1,
      doneTargets: 1,
      sends: { ...none, sending: 0, acked: 0, failed: 1 },
      totalSends: 1,
      limitPerMinute: 40,
      waitsFor: hostile,
    },
    reasons: [{ state: 'failed' as const, reason: hostile, failure: null, count: 1 }],
    targets: {
      items: [
        {
          ordinal: 0,
          jid: group.jid,
          subject: hostile,
          state: 'failed' as const,
          reason: hostile,
          failure: null,
          doneAt: at,
          partsSent: 0,
          parts: 1,
          leftOutDevices: 0,
        },
      ],
    },
    leftOut: [],
    parts: [{ kind: 'text' as const, text: hostile }],
  }
}

describe('what people read', () => {
  const client = {
    accounts: { list: async () => [accountView] },
    groups: { list: async () => [group], read: async () => groupsRead },
  }

  it('has the name of a group on one line, whatever is in it', async () => {
    const { stdout } = await run(['groups', 'list'], { client })
    expect(stdout).not.toMatch(acted)
    expect(stdout.split('\n').filter((line) => line.includes('Class 3B'))).toHaveLength(1)
    expect(stdout).toContain('120363000000000001@g.us')
  })

  it('has what runs, targets and requests say on their own lines', async () => {
    const now = new Date('2026-11-24T06:00:00Z')
    const { runs, reminders } = {
      runs: { show: async () => runDetails() },
      reminders: { history: async () => history },
    }
    const history = {
      key: 'trip',
      zone: 'UTC',
      createdAt: now,
      items: [
        { kind: 'request' as const, at: now, action: 'pause', runId: null, by: hostile, reason: hostile },
      ],
    }
    for (const args of [
      ['run', 'show', 'run:local/trip@2026-11-24T06:00:00Z'],
      ['reminder', 'history', 'trip'],
    ]) {
      const { stdout } = await run(args, { client: { runs, reminders } })
      expect(stdout).toContain('Class 3B')
      expect(stdout).not.toMatch(acted)
      for (const line of stdout.split('\n')) expect(line).not.toMatch(/^root/)
    }
  })

  it('is whole with --json', async () => {
    const { stdout } = await run(['groups', 'list', '--json'], { client })
    expect(JSON.parse(stdout)).toMatchObject({ groups: [{ subject: hostile }] })
  })

  it('shows an error with a value of others on the lines that are ours', async () => {
    const fails = { reminders: { show: async () => Promise.reject(new Error(`no ${hostile}`)) } }
    const { stderr } = await run(['reminder', 'show', 'x'], { client: fails })
    expect(stderr).not.toMatch(acted)
  })
})

it('columns are as wide as the screen shows them: wide letters, emoji, letters that combine', () => {
  const [header, ...rows] = table(
    ['GROUP', 'N'],
    [
      ['三年级', '1'],
      ['👩‍👩‍👧‍👦', '2'],
      ['E\u0301le\u0300ves', '3'],
    ],
  ).split('\n')
  // Two columns for each wide letter and for the one emoji; none for an accent of its own.
  expect(header).toBe('GROUP   N')
  expect(rows).toEqual(['三年级  1', '👩‍👩‍👧‍👦      2', 'E\u0301le\u0300ves  3'])
})

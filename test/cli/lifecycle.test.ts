import { describe, expect, it } from 'vitest'
import type { EditResult } from '../../src/client/reminders/edit.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { definitionDefaults, type ReminderDefinition } from '../../src/domain/definition.js'
import { zoneData } from '../../src/zone-data.js'
import { arriving, run, way } from './support.js'
import { reminderDetails } from './views.js'

const definition: ReminderDefinition = {
  version: 2,
  account: 'school',
  audience: { kind: 'allGroups' },
  parts: [{ kind: 'text', text: 'The secret word' }],
  schedule: {
    kind: 'recurring',
    zone: 'Africa/Nairobi',
    start: '2026-11-01T00:00:00',
    rule: { kind: 'cron', cron: '0 8 * * MON' },
  },
  ...definitionDefaults,
}

describe('reminder edit', () => {
  const edited: EditResult = {
    kind: 'edited',
    key: 'assembly',
    state: 'scheduled',
    nextFire: '2026-11-30T06:00:00Z',
    before: definition,
    definition: { ...definition, parts: [{ kind: 'text', text: 'Another secret' }], priority: 7 },
    digest: 'd'.repeat(64),
    differences: [
      { field: 'parts[0].text' },
      { field: 'priority', existing: '5', requested: '7' },
      { field: 'window' },
    ],
    warnings: [],
  }

  it('passes the flags on, and says what changed without any text', async () => {
    const edits: unknown[] = []
    const edit = async (...call: [string, ReminderInput, unknown?]) => {
      edits.push(call)
      return edited
    }
    const flags = ['--cron', '0 9 * * MON', '--window', 'none', '--step', '-3d', '--except', '2026-12-25']
    const client = { reminders: { edit } }
    const args = ['reminder', 'edit', 'assembly', ...flags, '--reason', 'late bus']
    const { stdout, exitCode } = await run(args, { client })
    expect(exitCode).toBe(0)
    expect(edits).toEqual([
      [
        'assembly',
        { cron: '0 9 * * MON', window: 'none', steps: ['-3d'], except: ['2026-12-25'] },
        {
          ...arriving({ folder: process.cwd(), reason: 'late bus' }),
          ...(way === 'api' && {
            requestId: expect.any(String) as string,
            writtenAt: expect.any(Date) as Date,
          }),
        },
      ],
    ])
    expect(stdout.split('\n')).toEqual([
      'Edited reminder assembly (scheduled)',
      '  content: other than before, 1 part',
      '  priority: 5 → 7',
      '  window: other than before, any hour',
      '  next on Mon 30 Nov 09:00, in 6 d',
    ])
    expect(stdout).not.toContain('secret')
    const json = JSON.parse((await run([...args, '--json'], { client })).stdout) as object
    expect(json).toMatchObject({ kind: 'edited', differences: edited.differences })
    expect(json).not.toHaveProperty('before')
  })

  it('says that nothing differs', async () => {
    const edit = async () => ({ ...edited, kind: 'unchanged' as const, differences: [] })
    const { stdout } = await run(['reminder', 'edit', 'assembly', '--priority', '5'], {
      client: { reminders: { edit } },
    })
    expect(stdout).toBe("Reminder 'assembly' is as it was: nothing differs")
  })
})

describe('snooze, skip and fire', () => {
  const times = { key: 'assembly', zone: 'Africa/Nairobi', occurrence: '2026-11-30T05:00:00Z' }

  it('say which occurrence and when', async () => {
    const snooze = async () => ({ ...times, nextFire: '2026-11-30T05:30:00Z' })
    const skip = async () => ({ ...times, kind: 'skipped' as const, nextFire: '2026-12-07T05:00:00Z' })
    const client = { reminders: { snooze, skip } }
    expect((await run(['reminder', 'snooze', 'assembly', '--by', '30m'], { client })).stdout).toBe(
      "Reminder 'assembly': the occurrence of Mon 30 Nov 08:00 is snoozed until Mon 30 Nov 08:30 (Africa/Nairobi), in 6 d",
    )
    expect((await run(['reminder', 'skip', 'assembly'], { client })).stdout).toBe(
      "Reminder 'assembly': the occurrence of Mon 30 Nov 08:00 is skipped; next on Mon 7 Dec 08:00 (Africa/Nairobi)",
    )
  })

  it('skip says that there is nothing left to skip', async () => {
    const skip = async () => ({ ...times, kind: 'already' as const })
    const { stdout } = await run(['reminder', 'skip', 'assembly'], { client: { reminders: { skip } } })
    expect(stdout).toMatch(/is over or skipped already; none is to come$/)
  })

  it('fire says honestly that no worker has confirmed', async () => {
    const fire = async () => ({ confirmed: false, state: reminderDetails })
    const { exitCode, stdout, stderr } = await run(['reminder', 'fire', 'assembly'], {
      client: { reminders: { fire } },
    })
    expect(exitCode).toBe(6)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/no worker has confirmed it yet/)
  })
})

it('history tells requests and runs as one, down to the creation', async () => {
  const history = async () => ({
    key: 'assembly',
    zone: 'Africa/Nairobi',
    createdAt: new Date('2026-11-20T05:00:00Z'),
    items: [
      {
        kind: 'run' as const,
        at: new Date('2026-11-23T05:00:00Z'),
        runId: 'run:school/assembly@2026-11-23T05:00:00Z',
        state: 'missed' as const,
        trigger: 'schedule' as const,
        reason: 'due 2h ago',
        finishedAt: null,
      },
      {
        kind: 'request' as const,
        at: new Date('2026-11-21T05:00:00Z'),
        action: 'skipNext',
        runId: null,
        by: 'school',
        reason: 'holidays',
      },
    ],
  })
  const { stdout } = await run(['reminder', 'history', 'assembly'], { client: { reminders: { history } } })
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['WHEN (Africa/Nairobi)', 'WHAT', 'WHO', 'WHY'],
    ['Mon 23 Nov 08:00', 'run missed', 'the calendar', 'due 2h ago'],
    ['Sat 21 Nov 08:00', 'skipped', 'school', 'holidays'],
    ['Fri 20 Nov 08:00', 'created'],
  ])
})

it('preview takes a key or flags, and reads no stdin for a key', async () => {
  const previews: unknown[] = []
  const preview = async (...call: unknown[]) => {
    previews.push(call)
    return {
      key: 'assembly',
      contentKey: 'sha256-of-it',
      account: 'school',
      words: 'every Monday at 02:30 (Europe/Berlin)',
      zone: 'Europe/Berlin',
      occurrences: [
        {
          at: '2027-03-28T01:00:00Z',
          local: '2027-03-28T03:00:00',
          offset: '+02:00',
          isOffsetNew: true,
          shift: { kind: 'gap', asked: '02:30' },
        },
      ],
      audience: {
        isLookedUpAgain: true,
        recipients: [{ jid: '1@g.us', name: 'Class 3B', members: 20 }],
        leftOut: [{ jid: '2@g.us', name: 'The school', members: 300, cannotPost: 'community' as const }],
      },
      messages: [{ parts: [{ kind: 'text', text: 'one\ntwo' }] }],
      warnings: ['look out'],
      zoneData: zoneData(),
      definition,
    } as never
  }
  const { stdout, stderr } = await run(['preview', 'assembly', '--next', '1'], {
    client: { reminders: { preview } },
    io: { isStdinTty: false, readStdin: async () => await Promise.reject(new Error('nobody writes')) },
  })
  expect(previews).toEqual([[{}, arriving({ folder: process.cwd(), key: 'assembly', next: 1 })]])
  expect(stderr).toBe('warning: look out')
  expect(stdout).toContain('clocks have changed to +02:00; clocks jump over 02:30: sent right after')
  expect(stdout).toContain('To 1 recipient now (all groups: looked up again when it fires)')
  expect(stdout).toContain('  │ one\n  │ two')
})

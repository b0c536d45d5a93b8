import { randomUUID } from 'node:crypto'
import { WithStartWorkflowOperation } from '@temporalio/client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CarillonError, InputError } from '../../src/client/errors.js'
import { askWorkflow, explainUpdateError } from '../../src/client/temporal/updates.js'
import { reminderWorkflowId, runWorkflowId } from '../../src/domain/ids.js'
import type { RefusalType } from '../../src/protocol/refusals.js'
import { findRetriableRun } from '../../src/store/runs/retry-failed.js'
import { sealingOf } from '../../src/store/database.js'
import { definitionDigest, saveDefinition } from '../../src/store/reminders/definitions.js'
import {
  defineReminderUpdate,
  editReminderUpdate,
  retryFailedUpdate,
  skipNextUpdate,
  snoozeReminderUpdate,
} from '../../src/protocol/messages.js'
import { reminderStart } from '../../src/protocol/reminder-start.js'
import { runStart } from '../../src/protocol/run-start.js'
import { eventually } from '../support/eventually.js'
import { remind, runEnded, type Reminded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

let system: System
const phone = '15550005201'
let to: string

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  to = group?.jid ?? ''
  await create('far', { at: '2035-01-01T09:00' })
  await create('over', { at: '2035-01-01T09:00' })
  await create('daily', { cron: '0 9 * * *', start: '2035-01-01 09:00' })
  await system.client.reminders.cancel('over')
})
afterEach(async () => {
  await system.whatsapp.clearFaults()
  await system.whatsapp.releaseAcks()
})
afterAll(() => system.close())

const create = async (key: string, when: object) =>
  await system.client.reminders.create({
    key,
    account: 'office',
    to,
    text: 'x',
    zone: 'UTC',
    ...when,
  })
const skip = async (key: string, occurrence?: string) =>
  await system.client.reminders.skip(key, occurrence === undefined ? {} : { occurrence })

/** What the client itself lets nobody ask is asked of the workflow, as from Temporal's own tools. */
const ask = async (key: string, update: { name: string }, request: object) =>
  await askWorkflow<unknown, [object]>(system.temporal, {
    workflowId: reminderWorkflowId(system.operator, key),
    update: update as never,
    args: [request],
    updateId: randomUUID(),
    timeoutMs: 30_000,
    ifMissing: 'no workflow',
  })

type Refused = {
  /** How an operator comes to it. */
  ask: () => Promise<unknown>
  code: CarillonError['code']
  message: string | RegExp
}

/** All but `UnknownRow`: no row that an update needs can be missing where that of its reminder or run is there. */
const refused: Record<Exclude<RefusalType, 'UnknownRow'>, Refused> = {
  AccountUnlinked: {
    ask: async () => {
      const reminded = await endedFailed('unlinked')
      await system.database.query(`update account set state = 'logged_out' where id = 'office'`)
      try {
        return await system.client.runs.retryFailed(reminded.runId)
      } finally {
        await system.database.query(`update account set state = 'connected' where id = 'office'`)
      }
    },
    code: 'not_ready',
    message:
      "The account 'office' is not linked (logged_out): link it first with `carillon account pair office`.",
  },
  DefinitionChanged: {
    ask: async () => {
      const { digest } = await system.client.reminders.show('daily')
      return await ask('far', editReminderUpdate, { digest, ifDigest: '0'.repeat(64) })
    },
    code: 'changed',
    message: /^The reminder 'far' was changed meanwhile: it has the definition [0-9a-f]{64}, not 0{64}\.$/,
  },
  InvalidArgument: {
    ask: () => ask('far', snoozeReminderUpdate, { until: '2036-01-01T09:00:00Z', reason: 'x'.repeat(501) }),
    code: 'invalid',
    message: 'reason: expected at most 500 characters, got 501',
  },
  InvalidDefinition: {
    ask: async () => {
      return await editRule({ kind: 'cron', cron: '0 0 30 2 *' })
    },
    code: 'invalid',
    message:
      'schedule.rule.cron: never occurs: expected an occurrence between 2035-01-01T09:00:00 and the end of 2099',
  },
  NoOccurrence: {
    ask: () => skip('far', '2036-01-01T10:00Z'),
    code: 'conflict',
    message:
      "The calendar of the reminder 'far' has nothing at 2036-01-01T10:00:00Z: name an occurrence by the time that the calendar has. `carillon calendar` shows them.",
  },
  NothingToCome: {
    ask: async () => {
      await underWay('last-one')
      return await skip('last-one')
    },
    code: 'ended',
    message: "The reminder 'last-one' has no occurrence to come.",
  },
  ReminderEnded: {
    ask: async () => {
      await underWay('ends')
      await system.client.reminders.cancel('ends', { timeoutMs: 1 })
      await eventually(async () =>
        expect((await system.client.reminders.show('ends')).reason).toBe('canceled by operator'),
      )
      return await skip('ends')
    },
    code: 'ended',
    message: "The reminder 'ends' is being canceled.",
  },
  RunUnderWay: {
    ask: async () => {
      const { runId } = await underWay('not-ended')
      return await retryAsIfEnded(runId)
    },
    code: 'conflict',
    message: /^The run '.*' is still running: wait for its end, or cancel it\.$/,
  },
  TooEarly: {
    ask: () => ask('far', snoozeReminderUpdate, { until: '2020-12-31T09:00:00Z' }),
    code: 'invalid',
    message: /^until: expected a time to come: it is 20\d\d-.*Z, got 2020-12-31T09:00:00Z$/,
  },
  TooManyMoved: {
    ask: async () => {
      await system.database.query(
        `update reminder set moved = (select jsonb_agg(jsonb_build_object('from', to_char(day, 'YYYY-MM-DD"T"09:00:00Z')))
           from generate_series('2035-01-02'::timestamp, '2035-04-11', '1 day') day)
         where dedupe_key = 'daily'`,
      )
      try {
        return await skip('daily', '2035-06-01T09:00Z')
      } finally {
        await system.database.query(`update reminder set moved = null where dedupe_key = 'daily'`)
      }
    },
    code: 'conflict',
    message:
      "100 occurrences of the reminder 'daily' are moved or left out already: edit its schedule instead.",
  },
  UnknownAccount: {
    ask: async () => {
      const { definition } = await system.client.reminders.show('far')
      const digest = await saveDefinition(system.database, { ...definition, account: 'nobody' })
      return await ask('far', editReminderUpdate, { digest })
    },
    code: 'invalid',
    message:
      "The account 'nobody' does not exist. See `carillon account list`, or add it with `carillon account add`.",
  },
  UnknownDefinition: {
    ask: () => ask('far', editReminderUpdate, { digest: '0'.repeat(64) }),
    code: 'not_found',
    message: `There is no stored definition ${'0'.repeat(64)}: store it before \`define\` or \`edit\`, as the client does.`,
  },
  UnknownReminder: {
    ask: async () => {
      const started = reminderStart({
        operator: system.operator,
        dedupeKey: 'by-hand',
        accountId: 'office',
        state: 'scheduled',
        nextFire: new Date(),
      })
      await system.temporal.workflow.start('reminder', started)
      return await ask('by-hand', skipNextUpdate, {})
    },
    code: 'not_found',
    message: "There is no reminder with the key 'by-hand'. Create it with `carillon reminder create`.",
  },
  UnknownRun: {
    ask: async () => {
      const { args } = await retriable((await endedFailed('forgotten')).runId)
      return await retryWithStart({ ...args, runId: runWorkflowId(system.operator, 'forgotten', 'never') })
    },
    code: 'not_found',
    message: "There is no run 'run:school/forgotten@never' to retry.",
  },
  UnstorableData: {
    ask: async () => {
      await system.database.query(
        `alter table audit add constraint test_rule check (action <> 'skipNext') not valid`,
      )
      return await system.client.reminders.skip('far', { reason: 'refused by it' })
    },
    code: 'invalid',
    message:
      /^Postgres refused what it was given, and would on every try: SQLSTATE 23514 \(table audit, rule test_rule\)\. Nothing was changed\.$/,
  },
}

test.each(Object.entries(refused))(
  '%s reaches the operator in words, with what to do and who must',
  async (_type, { ask: asked, code, message }) => {
    const error = await asked().then(
      () => undefined,
      (thrown: unknown) => thrown as CarillonError,
    )
    expect(error).toMatchObject({ code })
    if (typeof message === 'string') expect(error?.message).toBe(message)
    else expect(error?.message).toMatch(message)
  },
)

test('a field that is refused is named apart, with its value and what is expected', async () => {
  const error = await ask('far', snoozeReminderUpdate, { until: '2020-12-31T09:00:00Z' }).catch(
    (thrown: unknown) => thrown as InputError,
  )
  expect(error).toMatchObject({
    issues: [
      {
        field: 'until',
        got: '2020-12-31T09:00:00Z',
        expected: expect.stringMatching(/^expected a time to come: it is /) as string,
      },
    ],
  })
})

test('a definition that this version cannot read is refused, and holds up nothing', async () => {
  await expect(editRule({ kind: 'rrule', rrule: 'FREQ=SECONDLY' })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/^schedule\.rule\.rrule: .*SECONDLY/) as string,
  })
  expect(await system.client.reminders.pause('daily')).toMatchObject({ confirmed: true })
  expect(await system.client.reminders.resume('daily')).toMatchObject({ confirmed: true })
})

test('a definition that is refused leaves no reminder', async () => {
  const { definition } = await system.client.reminders.show('far')
  await expect(
    system.temporal.workflow.executeUpdateWithStart(defineReminderUpdate, {
      args: [
        { digest: definitionDigest(await sealingOf(system.database), { ...definition, account: 'nobody' }) },
      ],
      startWorkflowOperation: new WithStartWorkflowOperation(
        'reminder',
        reminderStart({
          operator: system.operator,
          dedupeKey: 'refused',
          accountId: 'office',
          state: 'scheduled',
          nextFire: new Date(),
        }),
      ),
    }),
  ).rejects.toThrow()
  await expect(system.client.reminders.show('refused')).rejects.toMatchObject({ code: 'not_found' })
})

test('what the client refuses by itself is told in the same words', async () => {
  const { reminders } = system.client
  await expect(reminders.snooze('over', { until: '2036-01-01T09:00Z' })).rejects.toMatchObject({
    code: 'ended',
    message:
      "Reminder 'over' is over (canceled): there is nothing to snooze. `carillon reminder clone over --key <new>` makes another one of it.",
  })
  await expect(reminders.snooze('far', { until: '2036-01-01T09:00Z', reason: 'a\0' })).rejects.toMatchObject({
    issues: [{ field: 'reason', expected: expect.stringContaining('U+0000') as string }],
  })
  await expect(reminders.show('no\0key')).rejects.toMatchObject({ issues: [{ field: 'key' }] })
  await expect(system.client.runs.show('run\ud800')).rejects.toMatchObject({ issues: [{ field: 'runId' }] })
})

/** As from one who stored a definition by hand, or by another version of ours. */
async function editRule(rule: object): Promise<unknown> {
  const { definition } = await system.client.reminders.show('daily')
  const edited = { ...definition, schedule: { ...definition.schedule, rule } } as typeof definition
  return await ask('daily', editReminderUpdate, { digest: await saveDefinition(system.database, edited) })
}

/** Its only message is on the wire. */
async function underWay(key: string): Promise<Reminded> {
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  const chat = groups[0]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'holdAck', chat, count: 1 })
  const reminded = await remind(system, { key, account: 'office', groups, texts: ['x'] })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
  return reminded
}

async function endedFailed(key: string): Promise<Reminded> {
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: groups[0]?.jid ?? '', count: 1 })
  const reminded = await remind(system, { key, account: 'office', groups, texts: ['x'] })
  expect(await runEnded(system, reminded)).toBe('failed')
  return reminded
}

async function retriable(runId: string) {
  const run = await findRetriableRun(system.database, { operator: system.operator, runId })
  if (!run) throw new Error(`no run ${runId}`)
  return run
}

/** As from one who has not looked at its state. */
async function retryAsIfEnded(runId: string): Promise<unknown> {
  return await retryWithStart((await retriable(runId)).args)
}

async function retryWithStart(args: Awaited<ReturnType<typeof retriable>>['args']): Promise<unknown> {
  try {
    return await system.temporal.workflow.executeUpdateWithStart(retryFailedUpdate, {
      args: [{}],
      startWorkflowOperation: new WithStartWorkflowOperation('run', {
        ...runStart({ ...args, isRetry: true }),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    })
  } catch (error) {
    throw explainUpdateError(error, { ifMissing: 'no workflow' })
  }
}

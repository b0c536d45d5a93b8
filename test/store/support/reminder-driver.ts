import { afterAll, beforeAll } from 'vitest'
import { createReminderActivities } from '../../../src/activities/reminders/reminders.js'
import type { Situation } from '../../../src/protocol/payloads.js'
import { definitionDefaults, type ReminderDefinition } from '../../../src/domain/definition.js'
import type { Database } from '../../../src/store/database.js'
import { saveDefinition } from '../../../src/store/reminders/definitions.js'
import { createTestDatabase } from '../../support/database.js'
import { addAccount, groupJid } from '../../support/ledger.js'

export const operator = 'school'
export const minute = 60_000
export const hour = 60 * minute

// To come, since the activities never believe a clock that is behind their own.
export const baseMs = Math.ceil((Date.now() + 86_400_000) / 86_400_000) * 86_400_000
export const spell = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

export const every = (minutes: number, startMs = baseMs): ReminderDefinition['schedule'] => ({
  kind: 'recurring',
  zone: 'UTC',
  start: spell(startMs).slice(0, -1),
  rule: { kind: 'rrule', rrule: `FREQ=MINUTELY;INTERVAL=${minutes}` },
})

export type Policies = Partial<ReminderDefinition> & Pick<ReminderDefinition, 'schedule'>

type Own = {
  database: Database
  reminders: ReturnType<typeof createReminderActivities>
  /** @returns the digest of a definition with these */
  save(policies: Policies): Promise<string>
}

/**
 * Reminders on a real Postgres, with a clock of the test's: all that a reminder decides, since its workflow only carries it
 * out. They are there once the tests of the file run.
 */
export function ownReminders(): Own & { drive(key: string, nowMs: number): Driver } {
  let made: Own | undefined
  let close = async () => {}
  beforeAll(async () => {
    const { database, ...rest } = await createTestDatabase()
    close = async () => await rest.close()
    await addAccount(database, 'office')
    const save = async (policies: Policies) =>
      await saveDefinition(database, {
        version: 2,
        account: 'office',
        audience: { kind: 'list', recipients: [groupJid(1)] },
        parts: [{ kind: 'text', text: 'one' }],
        ...definitionDefaults,
        ...policies,
      })
    made = { database, reminders: createReminderActivities({ database }), save }
  })
  afterAll(async () => await close())
  const own = () => {
    if (!made) throw new Error('its tests do not run yet')
    return made
  }
  return {
    get database() {
      return own().database
    },
    get reminders() {
      return own().reminders
    },
    save: async (policies) => await own().save(policies),
    drive: (key, nowMs) => new Driver(own(), key, nowMs),
  }
}

/** Does as the workflow: looks when it is time, runs what is to be run, and looks again when a run has ended. */
export class Driver {
  readonly fired: { runId: string; trigger: string; scheduledAt: string; atMs: number }[] = []
  situation: Situation | undefined
  readonly key: { operator: string; dedupeKey: string }

  constructor(
    private readonly own: Own,
    dedupeKey: string,
    private nowMs: number,
  ) {
    this.key = { operator, dedupeKey }
  }

  get common() {
    return { ...this.key, now: new Date(this.nowMs).toISOString() }
  }

  async takeKey(policies: Policies): Promise<void> {
    const since = this.common.now
    const { situation } = await this.own.reminders.takeKey({
      ...this.common,
      since,
      digest: await this.own.save(policies),
    })
    this.situation = situation
    await this.run()
  }

  /** @param isUp false: the system is down, and time goes on */
  async passTo(ms: number, isUp = true): Promise<void> {
    for (;;) {
      const wakeMs = this.situation?.wakeAt === undefined ? Infinity : Date.parse(this.situation.wakeAt)
      if (!isUp || wakeMs > ms) break
      this.nowMs = Math.max(this.nowMs, wakeMs)
      await this.look()
    }
    this.nowMs = Math.max(this.nowMs, ms)
  }

  async look(): Promise<void> {
    this.situation = await this.own.reminders.advanceReminder(this.common)
    await this.run()
  }

  /** Every run is over as soon as it has begun. */
  async run(): Promise<void> {
    while (this.situation && this.situation.runs.length > 0) {
      for (const { runId, trigger, scheduledAt } of this.situation.runs) {
        this.fired.push({ runId, trigger, scheduledAt, atMs: this.nowMs })
        await this.own.database.query(
          `update run set state = 'completed', finished_at = now() where id = $1`,
          [runId],
        )
      }
      this.situation = await this.own.reminders.advanceReminder(this.common)
    }
  }

  async rows(): Promise<{ state: string; scheduledAt: Date; reason: string | null }[]> {
    const { rows } = await this.own.database.query<{
      state: string
      scheduledAt: Date
      reason: string | null
    }>(
      `select state, scheduled_at as "scheduledAt", reason from run where dedupe_key = $1 order by scheduled_at`,
      [this.key.dedupeKey],
    )
    return rows
  }
}

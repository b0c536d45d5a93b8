import { messageOf } from '../../src/stack/errors.js'
import { pause } from '../../src/pause.js'
import type { Database } from '../../src/store/database.js'
import type { Journal } from '../shared/journal.js'

const lookMs = 200

type Known = { epoch: number; owner: string | null; state: string; since: number }
type Open = { epoch: number; killedAt: number; isAlone: boolean }

export type Failover = { durationMs: number; /** No other kill came on the way. */ isAlone: boolean }

/**
 * How long an account whose owner was killed had no connected owner: from the kill to `connected` of a later epoch, as
 * Postgres tells. Further kills on the way make it longer, so it is told which had none.
 */
export class Failovers {
  readonly #known = new Map<string, Known>()
  readonly #open = new Map<string, Open>()
  readonly all: Failover[] = []

  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
  ) {}

  /** To be called with the kill of a worker, at the same moment. */
  killed(pid: number): void {
    for (const [account, { owner, epoch, state }] of this.#known) {
      if (state !== 'connected' || this.#open.has(account) || !(owner?.endsWith(`:${pid}`) ?? false)) continue
      this.#open.set(account, { epoch, killedAt: Date.now(), isAlone: true })
    }
  }

  /** To be called after any kill, with when it began: what was under way by then is not alone. */
  disturbed(sinceMs: number): void {
    for (const open of this.#open.values()) if (open.killedAt < sinceMs) open.isAlone = false
  }

  async watch(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      try {
        await this.#look()
      } catch (error) {
        this.journal.write('accounts not readable', { error: messageOf(error) })
      }
      await pause(lookMs, until)
    }
  }

  async #look(): Promise<void> {
    const { rows } = await this.database.query<Known & { id: string }>(
      `select id, epoch, session_owner as owner, state, (extract(epoch from state_since) * 1000)::float8 as since from account`,
    )
    for (const { id, ...now } of rows) {
      this.#known.set(id, now)
      const open = this.#open.get(id)
      if (!open || now.state !== 'connected' || now.epoch <= open.epoch) continue
      this.#open.delete(id)
      // `since` is when Postgres heard of it: this loop may look much later.
      const durationMs = Math.round(now.since - open.killedAt)
      // Somebody else had taken over just before the kill, which hit no owner then.
      if (durationMs < 0) continue
      const { isAlone } = open
      this.all.push({ durationMs, isAlone })
      this.journal.write('failover', { account: id, durationMs, isAlone })
    }
  }
}

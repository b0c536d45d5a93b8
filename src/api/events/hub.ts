import PQueue from 'p-queue'
import type { Logger } from '../../logging.js'
import { pause } from '../../pause.js'
import type { Database, Queryable } from '../../store/database.js'
import { pairingNews, type WatchedPairing } from '../../store/accounts/pairing.js'
import {
  latestEvents,
  openTransactions,
  purgeEvents,
  readEvents,
  runsUnderWay,
  settleLog,
  watchEvents,
  type Position,
  type ReadEvents,
  type RunSnapshot,
} from '../../store/events/event-log.js'
import { openEventConnection } from './event-connection.js'
import { PairingLooks } from './pairing-looks.js'
import { ProgressLooks } from './progress-looks.js'
import { Ring } from './ring.js'
import { isInScope, type Scope } from './scope.js'

const ringSize = 4_096
const firstLoad = 1_000
const pageSize = 500
/** What a notification that was lost would have told is found by this look. */
const lookEveryMs = 15_000
/** Longer than the time between two looks. */
const listensMs = 60_000
/** What an open transaction holds up is looked for again after this, and twice as long each time. */
const heldUpMs = { first: 20, most: 1_000 }
/** Ours are over long before. */
const saysHeldUpMs = 10_000
const tryAgainMs = 1_000
/** How long the connection is kept once nobody watches. */
const lingerMs = 30_000
const pagesAtOnce = 2
const runsAtFirst = 200

type Settings = { databaseUrl: string; database: Database; logger: Logger }

/**
 * What changed, for all who watch in this process: one connection that listens, opened for the first of them and closed
 * a while after the last.
 */
export class EventHub {
  readonly ring = new Ring(ringSize)
  readonly #settings: Settings
  readonly #looks = new ProgressLooks()
  readonly #pairings = new PairingLooks()
  readonly #wakes = new Set<() => void>()
  readonly #pages = new PQueue({ concurrency: pagesAtOnce })
  #position: Position | undefined
  #generation = 0
  #isClosed = false
  #isRunning = false
  #isLost = false
  #heldUpSinceMs: number | undefined
  #isHeldUpSaid = false
  #emptySinceMs = performance.now()
  #isNew = false
  #isKnocked = false
  #wakeLoop = (): void => undefined

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Up to where the log is read; undefined before it was. */
  get position(): Position | undefined {
    return this.#position
  }

  /** Another number once nothing joins what comes now to what came before. */
  get generation(): number {
    return this.#generation
  }

  /** Calls `wake` whenever there may be something new. The result ends it. */
  watch(wake: () => void): () => void {
    this.#wakes.add(wake)
    this.#start()
    return () => {
      this.#wakes.delete(wake)
      if (this.#wakes.size === 0) this.#emptySinceMs = performance.now()
    }
  }

  /** Resolves to whether the log is read, or is in that time. */
  async untilReady(timeoutMs: number): Promise<boolean> {
    const untilMs = performance.now() + timeoutMs
    this.#emptySinceMs = performance.now()
    this.#start()
    while (this.#position === undefined && !this.#isClosed && performance.now() < untilMs) await pause(20)
    return this.#position !== undefined
  }

  /** What comes after a position to which the ring does not go back, from the log itself. */
  async page(after: Position, operator: string | undefined): Promise<ReadEvents> {
    return await this.#pages.add(
      async () =>
        await readEvents(this.#settings.database, {
          after,
          limit: pageSize,
          ...(operator !== undefined && { operator }),
        }),
    )
  }

  /** @returns undefined where there is no such run in the scope @throws what keeps it from being read */
  async progressOf(runId: string, scope: Scope): Promise<RunSnapshot | undefined> {
    if (this.#isClosed) throw new Error('The events are closed.')
    const asked = this.#looks.ask(runId, scope)
    this.#start()
    this.#knock()
    const found = await asked
    return found && isInScope(scope, found) ? found : undefined
  }

  /** Its progress as last seen. */
  seen(runId: string): RunSnapshot | undefined {
    return this.#looks.seen(runId)
  }

  /** The progress of the runs that are under way, as last seen. */
  underWay(): RunSnapshot[] {
    return this.#looks.underWay()
  }

  /** Calls `wake` as `watch` does. The pairing of this account is looked at from now on. */
  watchPairing(accountId: string, wake: () => void): () => void {
    const unwatch = this.watch(wake)
    const release = this.#pairings.watch(accountId)
    this.#knock()
    return () => {
      release()
      unwatch()
    }
  }

  /** As last seen; null where there is no such account, undefined before the first look. */
  pairing(accountId: string): WatchedPairing | null | undefined {
    return this.#pairings.seen(accountId)
  }

  close(): void {
    this.#isClosed = true
    this.#looks.fail(new Error('The events are closed.'))
    this.#knock()
  }

  #start(): void {
    if (this.#isRunning || this.#isClosed) return
    this.#isRunning = true
    void this.#run()
  }

  async #run(): Promise<void> {
    const { logger } = this.#settings
    while (this.#isWanted()) {
      try {
        await this.#follow()
      } catch (error) {
        if (!this.#isLost) logger.warn({ error }, 'events are not heard of')
        this.#isLost = true
        this.#looks.fail(error instanceof Error ? error : new Error(String(error)))
        if (this.#isWanted()) await pause(tryAgainMs)
      }
    }
    this.#position = undefined
    this.#isRunning = false
  }

  #isWanted(): boolean {
    if (this.#isClosed) return false
    return this.#wakes.size > 0 || this.#looks.isAsked || performance.now() - this.#emptySinceMs < lingerMs
  }

  /** As long as the connection lasts and somebody watches. @throws what broke it */
  async #follow(): Promise<void> {
    const { databaseUrl, database, logger } = this.#settings
    const lost: { error?: Error } = {}
    const { db, drop } = await openEventConnection(databaseUrl, {
      database,
      onNews: (news) => {
        if (news === '') this.#isNew = true
        else if (news.startsWith(pairingNews)) this.#pairings.mark(news.slice(pairingNews.length))
        else this.#looks.mark(news)
        this.#knock()
      },
      onLost: (error) => {
        lost.error = error
        this.#knock()
      },
    })
    try {
      await this.#take(db)
      if (this.#isLost) logger.info('events are heard of again')
      this.#isLost = false
      let tookMs = performance.now()
      let heldUp: { atMs: number; waitMs: number } | undefined
      while (this.#isWanted()) {
        if (lost.error) throw lost.error
        if (performance.now() - tookMs >= lookEveryMs) {
          await this.#take(db)
          await purgeEvents(db)
          tookMs = performance.now()
        }
        if (this.#isNew || (heldUp && performance.now() >= heldUp.atMs)) {
          const waitMs = this.#isNew || !heldUp ? heldUpMs.first : Math.min(heldUpMs.most, 2 * heldUp.waitMs)
          this.#isNew = false
          heldUp = (await this.#read(db)) ? { atMs: performance.now() + waitMs, waitMs } : undefined
          this.#noteHeldUp(heldUp !== undefined)
        }
        if (this.#pairings.isLookDue) await this.#pairings.look(db)
        if (this.#looks.waitMs === 0)
          for (const snapshot of await this.#looks.look(db)) this.ring.putProgress(snapshot)
        this.#tell()
        await this.#untilNews(
          Math.min(
            tookMs + lookEveryMs - performance.now(),
            heldUp ? heldUp.atMs - performance.now() : Infinity,
            this.#looks.waitMs ?? Infinity,
            this.#pairings.isLookDue ? 0 : Infinity,
          ),
        )
      }
    } finally {
      drop()
    }
  }

  /** Watches on. Where the log is another one than before, it begins with that. */
  async #take(db: Queryable): Promise<void> {
    const { log, isSettled } = await watchEvents(db, { listensMs })
    // What was told meanwhile may not have been heard.
    this.#isNew = true
    for (const runId of await runsUnderWay(db, runsAtFirst)) this.#looks.mark(runId)
    for (const { runId } of this.#looks.underWay()) this.#looks.mark(runId)
    this.#pairings.markAll()
    if (this.#position?.log !== log) await this.#begin(db, { log, isSettled })
  }

  async #begin(db: Queryable, { log, isSettled }: { log: number; isSettled: boolean }): Promise<void> {
    if (!isSettled) {
      const { next } = await openTransactions(db)
      for (let waitMs = 5; (await openTransactions(db)).oldest < next; waitMs = Math.min(500, 2 * waitMs)) {
        this.#noteHeldUp(true)
        await pause(waitMs)
      }
      this.#noteHeldUp(false)
      await settleLog(db, log)
    }
    const latest = await latestEvents(db, { log, limit: firstLoad })
    if (!latest) return await this.#take(db)
    this.ring.begin(latest.floor)
    for (const event of latest.events) this.ring.put(event)
    this.#position = latest.until
    this.#generation += 1
  }

  /** @returns whether something is held up */
  async #read(db: Queryable): Promise<boolean> {
    for (;;) {
      if (!this.#position) return false
      const read = await readEvents(db, { after: this.#position, limit: pageSize })
      if (read.kind === 'gone') {
        this.#position = undefined
        await this.#take(db)
        return false
      }
      for (const event of read.events) {
        this.ring.put(event)
        if (event.runId !== null) this.#looks.mark(event.runId)
        if (event.type === 'account') this.#pairings.mark(event.accountId)
      }
      this.#position = read.until
      this.#tell()
      if (!read.isFull) return read.isHeldUp
    }
  }

  #noteHeldUp(isHeldUp: boolean): void {
    if (!isHeldUp) {
      if (this.#isHeldUpSaid) this.#settings.logger.info('events are told again')
      this.#heldUpSinceMs = undefined
      this.#isHeldUpSaid = false
      return
    }
    this.#heldUpSinceMs ??= performance.now()
    const heldUpMs = Math.round(performance.now() - this.#heldUpSinceMs)
    if (this.#isHeldUpSaid || heldUpMs < saysHeldUpMs) return
    this.#isHeldUpSaid = true
    this.#settings.logger.warn(
      { heldUpMs },
      'events wait for a transaction that wrote in this database and is still open: see pg_stat_activity',
    )
  }

  #tell(): void {
    for (const wake of this.#wakes) wake()
  }

  #knock(): void {
    this.#isKnocked = true
    this.#wakeLoop()
  }

  async #untilNews(timeoutMs: number): Promise<void> {
    if (!this.#isKnocked)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, timeoutMs))
        this.#wakeLoop = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    this.#isKnocked = false
  }
}

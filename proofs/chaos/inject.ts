import { pause } from '../../src/pause.js'
import { messageOf } from '../../src/stack/errors.js'
import { untilItWorks } from '../shared/patience.js'
import type { CampaignAccount } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import type { Failovers } from './failover.js'
import { isKill, type Fault, type FaultKind } from './plan.js'

type Held = { pause: () => Promise<unknown>; resume: () => Promise<unknown> }

// What is still paused then, the end of the campaign resumes.
const resumeMs = 120_000

/** Carries faults out and counts those that hit something. */
export class Injector {
  readonly counts = new Map<FaultKind, number>()
  /** Drawn, but what it was for was down already. */
  missed = 0
  readonly #pauses = new Set<Promise<void>>()

  constructor(
    private readonly system: CampaignSystem,
    private readonly accounts: CampaignAccount[],
    private readonly failovers: Failovers,
  ) {}

  get kills(): number {
    return [...this.counts].reduce((sum, [kind, count]) => sum + (isKill(kind) ? count : 0), 0)
  }

  async inject(fault: Fault): Promise<void> {
    const begunAt = Date.now()
    const hit = await this.#carryOut(fault)
    const { kind, ...fields } = fault
    this.system.journal.write(hit === undefined ? 'missed' : 'fault', { kind, ...fields, ...hit })
    if (hit === undefined) this.missed += 1
    else {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
      if (isKill(kind)) this.failovers.disturbed(begunAt)
    }
  }

  /** Every pause that was begun has been asked to end. */
  async settled(): Promise<void> {
    await Promise.all(this.#pauses)
  }

  /** What it hit; undefined when there was nothing to hit. */
  async #carryOut(fault: Fault): Promise<Record<string, unknown> | undefined> {
    const { whatsapp, temporal, postgres } = this.system
    switch (fault.kind) {
      case 'workerKill':
      case 'workerTerm':
      case 'workerStop':
        return this.#hitWorker(fault)
      case 'temporalKill':
        return temporal.kill('SIGKILL', fault.downMs) ? {} : undefined
      case 'postgresKill':
        return postgres.kill(fault.signal, fault.downMs) ? {} : undefined
      case 'socketClose':
      case 'socketRestart': {
        const connected = (await whatsapp.accounts()).filter((account) => account.connected)
        const account = connected[Math.floor(fault.pick * connected.length)]
        if (!account) return undefined
        const how = fault.kind === 'socketRestart' ? 'restart' : fault.how
        const { sockets } = await whatsapp.disconnect({ account: account.phone, how })
        return sockets > 0 ? { account: this.#nameOf(account.phone) } : undefined
      }
      case 'ackDrop':
      case 'stanzaDrop': {
        const { id, phone } = this.#account(fault.pick)
        await whatsapp.fault({ kind: fault.kind === 'ackDrop' ? 'dropAck' : 'dropStanza', account: phone })
        return { account: id }
      }
      case 'pause': {
        const pausing = this.#pause(fault)
        this.#pauses.add(pausing)
        void pausing.then(() => this.#pauses.delete(pausing))
        return {}
      }
    }
  }

  #hitWorker(
    fault: Extract<Fault, { kind: 'workerKill' | 'workerTerm' | 'workerStop' }>,
  ): Record<string, unknown> | undefined {
    const up = this.system.workers.filter((worker) => worker.isUp)
    const worker = up[Math.floor(fault.pick * up.length)]
    if (!worker) return undefined
    const { name, pid } = worker
    if (fault.kind === 'workerStop') worker.stop(fault.forMs)
    else {
      this.failovers.killed(pid)
      if (fault.kind === 'workerKill') worker.kill(fault.downMs)
      else worker.terminate(fault.downMs)
    }
    return { worker: name, pid }
  }

  #nameOf(phone: string): string | undefined {
    return this.accounts.find((account) => account.phone === phone)?.id
  }

  #account(pick: number): CampaignAccount {
    const account = this.accounts[Math.floor(pick * this.accounts.length)]
    if (!account) throw new Error('there are no accounts')
    return account
  }

  /** Pauses, and resumes later: also where the pause was not confirmed, since it may be acted on yet. */
  async #pause({ what, pick, forMs }: Extract<Fault, { kind: 'pause' }>): Promise<void> {
    const { journal } = this.system
    const failed = (event: string) => (error: unknown) => {
      journal.write(event, { what, error: messageOf(error).slice(0, 200) })
      return undefined
    }
    const held = await this.#choose(what, pick).catch(failed('nothing to pause'))
    if (!held) return
    await held.pause().catch(failed('pause not confirmed'))
    await pause(forMs)
    const signal = AbortSignal.timeout(resumeMs)
    await untilItWorks(`resume ${what}`, held.resume, { journal, signal }).catch(
      failed('resume not confirmed'),
    )
  }

  async #choose(what: 'run' | 'reminder' | 'account', pick: number): Promise<Held | undefined> {
    const { client } = this.system
    if (what === 'account') {
      const { id } = this.#account(pick)
      return {
        pause: async () => await client.accounts.pauseSends(id),
        resume: async () => await client.accounts.resumeSends(id),
      }
    }
    const { rows } = await client.database.query<{ runId: string; key: string }>(
      `select id as "runId", dedupe_key as key from run where finished_at is null order by scheduled_at, id`,
    )
    const run = rows[Math.floor(pick * rows.length)]
    if (!run) return undefined
    const { runId, key } = run
    return what === 'run'
      ? {
          pause: async () => await client.runs.pause(runId),
          resume: async () => await unlessOver(client.runs.resume(runId)),
        }
      : {
          pause: async () => await client.reminders.pause(key),
          resume: async () => await unlessOver(client.reminders.resume(key)),
        }
  }
}

/** What is over needs no resume. */
async function unlessOver(resumed: Promise<unknown>): Promise<void> {
  try {
    await resumed
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ended')) throw error
  }
}

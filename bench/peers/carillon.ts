import { join } from 'node:path'
import { pollUntil } from '../../src/client/waiting.js'
import { encryptionKey } from '../../src/stack/encryption-key.js'
import { describeHome } from '../../src/stack/home.js'
import { processorSeconds } from '../../proofs/shared/processor-time.js'
import { startProgram, type Program } from '../../proofs/shared/program.js'
import { linkAccount } from '../../proofs/shared/scene.js'
import { operator, type CampaignSystem } from '../../proofs/shared/system.js'
import type { Contender, Left } from './contender.js'
import type { Message } from './figures.js'
import type { GroupKind, Scene } from './scene.js'
import { carillonCreateMs, carillonId, carillonTitle } from './systems.js'

// The most that an account may be given: more than the machine can do.
const noLimit = 100_000
const inFlight = 20
const patienceMs = 300_000
const warmInMs = 5_000
const dayMs = 86_400_000

/** Carillon with its own defaults, but the pace: one reminder for each message. */
export class Carillon implements Contender {
  readonly id = carillonId
  readonly title = carillonTitle
  readonly createMs = carillonCreateMs
  readonly isSlower = false
  readonly phones: string[]
  #program: Program | undefined
  readonly #ids: Map<string, string>

  constructor(
    private readonly system: CampaignSystem,
    private readonly scene: Scene,
    private readonly home: string,
  ) {
    this.phones = scene.phones
    this.#ids = new Map(scene.phones.map((phone, index) => [phone, `account-${index + 1}`]))
  }

  /** With the worker that the system has begun with, which then makes room for one that is started and killed here. */
  async link(): Promise<void> {
    const left = this.scene.accounts.values()
    const lane = async () => {
      for (const { phone, jids } of left)
        await linkAccount(this.system, {
          id: this.#accountOf(phone),
          phone,
          ratePerMinute: noLimit,
          groups: jids.counted.length + jids.read.length,
          timeoutMs: patienceMs,
        })
    }
    await Promise.all([lane(), lane()])
  }

  async leaveFirstWorker(): Promise<void> {
    const [worker] = this.system.workers
    worker?.terminate(dayMs)
    await this.#untilConnected(0)
  }

  async start(): Promise<void> {
    const { client, whatsapp, logsDir } = this.system
    const { databaseUrl, temporalAddress, temporalNamespace } = client.addresses
    const { whatsappUrl, trustFile, caFile } = await whatsapp.endpoints()
    this.#program = startProgram({
      program: 'src/worker-main.js',
      nodeArguments: ['--import', new URL('../../simulator/trust.js', import.meta.url).href],
      env: {
        TEMPORAL_ADDRESS: temporalAddress,
        TEMPORAL_NAMESPACE: temporalNamespace,
        DATABASE_URL: databaseUrl,
        CARILLON_OPERATOR: operator,
        CARILLON_HOME: this.home,
        CARILLON_ENCRYPTION_KEY: encryptionKey(describeHome(this.home).encryptionKeyFile),
        CARILLON_WHATSAPP_URL: whatsappUrl,
        SIMULATOR_TRUST: trustFile,
        NODE_EXTRA_CA_CERTS: caFile,
      },
      logFile: join(logsDir, 'carillon.log'),
    })
    await this.#program.line((line) => line.includes('"worker started"'))
    await this.#untilConnected(this.phones.length)
  }

  async stop(): Promise<void> {
    this.#program?.signal('SIGTERM')
    await this.#program?.exited
    this.#program = undefined
  }

  async kill(): Promise<void> {
    this.#program?.signal('SIGKILL')
    await this.#program?.exited
    this.#program = undefined
  }

  /** One reminder of each account to all of its groups of the kind. */
  async warm(kind: GroupKind): Promise<void> {
    const { reminders } = this.system.client
    for (const { phone, jids } of this.scene.accounts)
      if (jids[kind].length > 0)
        await reminders.create({
          key: `warm-${kind}-${this.#accountOf(phone)}`,
          account: this.#accountOf(phone),
          to: jids[kind],
          text: 'Good morning',
          at: new Date(Date.now() + warmInMs).toISOString(),
          zone: 'UTC',
          deliverWithin: '24h',
        })
    const { isDone } = await pollUntil({
      ask: async () => (await this.left()).open,
      isDone: (open) => open === 0,
      timeoutMs: patienceMs,
    })
    if (!isDone) throw new Error("Carillon's first messages were not sent")
  }

  async create(messages: Message[]): Promise<Message[]> {
    const { reminders } = this.system.client
    const created: Message[] = []
    const left = messages.values()
    const lane = async () => {
      for (const message of left) {
        const result = await reminders.create({
          key: message.id,
          account: this.#accountOf(message.phone),
          to: message.jid,
          text: message.text,
          at: new Date(message.dueMs).toISOString(),
          zone: 'UTC',
        })
        if (result.kind !== 'created') throw new Error(`a reminder is not new, but ${result.kind}`)
        created.push({ ...message, dueMs: Date.parse(result.scheduledAt) })
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    return created
  }

  async acked(): Promise<number> {
    return await this.#count(`select count(*) as found from send where state = 'acked'`)
  }

  async left(): Promise<Left> {
    return {
      open: await this.#count('select count(*) as found from reminder where ended_at is null'),
      failed: await this.#count(
        `select count(*) as found from run where state in ('failed', 'partial', 'canceled')`,
      ),
    }
  }

  /** With that of this process, in which the reminders are created. */
  processorTime(): number {
    const { user, system } = process.cpuUsage()
    const { postgres, temporal } = this.system
    return [this.#program?.pid, postgres.pid, temporal.pid].reduce<number>(
      (sum, pid) => (pid === undefined ? sum : sum + processorSeconds(pid)),
      (user + system) / 1_000_000,
    )
  }

  #accountOf(phone: string): string {
    const id = this.#ids.get(phone)
    if (id === undefined) throw new Error('no such account')
    return id
  }

  async #count(statement: string): Promise<number> {
    const { rows } = await this.system.client.database.query<{ found: number }>(statement)
    return rows[0]?.found ?? 0
  }

  async #untilConnected(count: number): Promise<void> {
    const { isDone } = await pollUntil({
      ask: async () =>
        (await this.system.whatsapp.accounts()).filter(
          ({ phone, connected }) => connected && this.#ids.has(phone),
        ).length,
      isDone: (connected) => connected === count,
      timeoutMs: patienceMs,
    })
    if (!isDone) throw new Error(`not ${count} of Carillon's accounts were connected`)
  }
}

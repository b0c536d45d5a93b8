/** The gateway between a real Postgres and the local WhatsApp. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { Writable } from 'node:stream'
import pino from 'pino'
import { WA_CERT_DETAILS } from '../../../src/whatsapp/baileys.js'
import { KeyRing } from '../../../src/store/encryption/key-ring.js'
import type {
  Content,
  CopyAsked,
  CopyOutcome,
  Session,
  SessionOptions,
} from '../../../src/whatsapp/gateway.js'
import { pairSession } from '../../../src/whatsapp/pair.js'
import { openSession } from '../../../src/whatsapp/session.js'
import { startSimulator, type RunningSimulator } from '../../simulator/support/process.js'
import { addAccount, startDatabase, type TestDatabase } from './postgres.js'

/** Pairing makes 812 prekeys, and each session with a recipient costs signatures: seconds on a small machine. */
export const slowMs = 120_000

export type Log = { msg: string; level: number; [field: string]: unknown }

export class World {
  readonly sent = new Map<string, Content>()
  readonly logs: Log[] = []
  readonly asked: CopyAsked[] = []
  ring = KeyRing.of(randomBytes(32))
  readonly #sessions = new Set<Session>()
  readonly #logger = pino(
    { level: 'trace' },
    new Writable({
      write: (line: Buffer, _, done) => {
        this.logs.push(JSON.parse(line.toString()) as Log)
        done()
      },
    }),
  )

  private constructor(
    readonly postgres: TestDatabase,
    readonly simulator: RunningSimulator,
  ) {}

  static async start(): Promise<World> {
    const [postgres, simulator] = await Promise.all([startDatabase(), startSimulator()])
    const { rootPublicKey } = JSON.parse(readFileSync(simulator.endpoints.trustFile, 'utf8')) as {
      rootPublicKey: string
    }
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootPublicKey, 'hex')
    return new World(postgres, simulator)
  }

  get database() {
    return this.postgres.database
  }

  get whatsapp() {
    return this.simulator.client
  }

  options(accountId: string, more: Partial<SessionOptions> = {}): SessionOptions {
    return {
      accountId,
      epoch: 1,
      database: this.database,
      ring: this.ring,
      logger: this.#logger,
      whatsappUrl: this.simulator.endpoints.whatsappUrl,
      fetchAgent: new Agent({ ca: readFileSync(this.simulator.endpoints.caFile) }),
      copiesAsked: (asked) => {
        this.asked.push(...asked)
        return Promise.resolve()
      },
      ...more,
    }
  }

  async open(accountId: string, more: Partial<SessionOptions> = {}): Promise<Session> {
    return this.keep(await openSession(this.options(accountId, more)))
  }

  /** A new account, its phone already holding the QR in front of the camera. */
  async pair(accountId: string, phone: string, more: Partial<SessionOptions> = {}): Promise<Session> {
    await addAccount(this.database, accountId)
    await this.whatsapp.createAccount({ phone })
    return await this.scan(accountId, phone, more)
  }

  async scan(accountId: string, phone: string, more: Partial<SessionOptions> = {}): Promise<Session> {
    let scanned: Promise<unknown> = Promise.resolve()
    const session = await pairSession({
      ...this.options(accountId, more),
      method: { kind: 'qr' },
      forMs: 300_000,
      onChallenge: ({ challenge }) => {
        scanned = this.whatsapp.scanQr({ account: phone, qr: challenge })
      },
    })
    await scanned
    return this.keep(session)
  }

  keep(session: Session): Session {
    this.#sessions.add(session)
    void session.closed.then(() => this.#sessions.delete(session))
    return session
  }

  text(messageId: string, text: string): { messageId: string; content: Content } {
    const content: Content = { kind: 'text', text }
    this.sent.set(messageId, content)
    return { messageId, content }
  }

  /** Sends the copies that devices have asked for since the last time, as the owner of the session does. */
  async sendCopies(session: Session): Promise<CopyOutcome[]> {
    const outcomes: CopyOutcome[] = []
    for (const { messageId, device, chats, count } of this.asked.splice(0)) {
      const content = this.sent.get(messageId)
      if (content !== undefined)
        outcomes.push(await session.sendCopy({ messageId, device, count, chat: chats[0], content }))
    }
    return outcomes
  }

  /** What each of them reads in this chat, after everything accepted was decrypted. */
  async read(recipients: readonly string[], chat: string): Promise<string[][]> {
    await this.whatsapp.settled()
    return await Promise.all(
      recipients.map(async (recipient) => {
        const { messages } = await this.whatsapp.inbox(recipient)
        return messages.filter((message) => message.chat === chat).map(({ text }) => text)
      }),
    )
  }

  /** Whether the members of a group are known as they are, or are marked as changed. Undefined: not known at all. */
  async groupAge(accountId: string, jid: string): Promise<'fresh' | 'marked' | undefined> {
    const { rows } = await this.database.query<{ age: 'fresh' | 'marked' }>(
      `select case when fetched_at = '-infinity' then 'marked' else 'fresh' end as age
       from account_group where account_id = $1 and jid = $2`,
      [accountId, jid],
    )
    return rows[0]?.age
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()))
    await this.simulator.stop()
    await this.postgres.stop()
  }
}

import { Socket } from 'node:net'
import { Client } from 'pg'
import { connectionTo } from '../store/connection.js'

const answerMs = 2_000

/** Which server it is: where it listens as it sees that itself, and since when it runs. */
export type Server = { address: string; startedAt: string }

export type Answer =
  | { kind: 'silent' }
  | { kind: 'writable'; server: Server }
  | { kind: 'readOnly'; server: Server; isStandby: boolean }

/** One connection to Postgres that is not of the pool; after a silence, another one. */
export class WatchedConnection {
  readonly #databaseUrl: string
  #client: Client | undefined
  #socket: Socket | undefined

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl
  }

  async ask(): Promise<Answer> {
    const silent: Answer = { kind: 'silent' }
    const asked = this.#ask().catch(() => silent)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Answer>((resolve) => {
      // An answer that is there and was not looked at yet, since this process is busy, is read before an immediate runs.
      timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(silent))), answerMs)
    })
    const answer = await Promise.race([asked, late])
    clearTimeout(timer)
    // Whatever it was, the next question goes over a new connection.
    if (answer.kind === 'silent') this.drop()
    return answer
  }

  /** Without a farewell: the far end may not be there to take it. */
  drop(): void {
    this.#socket?.destroy()
    this.#client = undefined
  }

  async #ask(): Promise<Answer> {
    if (!this.#client) {
      const socket = new Socket()
      const client = new Client({
        application_name: 'carillon watch',
        ...connectionTo(this.#databaseUrl),
        stream: () => socket,
      })
      client.on('error', () => this.#forget(client))
      this.#socket = socket
      this.#client = client
      await client.connect()
    }
    // None of this needs a privilege.
    const { rows } = await this.#client.query<Server & { isReadOnly: boolean; isStandby: boolean }>(
      `select current_setting('transaction_read_only')::boolean as "isReadOnly", pg_is_in_recovery() as "isStandby",
         concat_ws(':', inet_server_addr(), inet_server_port()) as address,
         pg_postmaster_start_time()::text as "startedAt"`,
    )
    const [row] = rows
    if (!row) return { kind: 'silent' }
    const server = { address: row.address, startedAt: row.startedAt }
    return row.isReadOnly
      ? { kind: 'readOnly', server, isStandby: row.isStandby }
      : { kind: 'writable', server }
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = undefined
  }
}

/** The state of Postgres, as a new connection finds it. */
export async function lookAnew(databaseUrl: string): Promise<Answer> {
  const line = new WatchedConnection(databaseUrl)
  try {
    return await line.ask()
  } finally {
    line.drop()
  }
}

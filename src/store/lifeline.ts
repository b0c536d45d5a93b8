import { Socket } from 'node:net'
import { Client } from 'pg'
import { pause } from '../pause.js'

// Postgres restarts in less than this; a worker that is cut off for longer holds up what another could do.
const lostAfterMs = 4_000
const pingEveryMs = 1_000
const pingTimeoutMs = 2_000

/** Resolves when Postgres has not answered for a while, over a connection of its own or a new one; or with `signal`. */
export async function untilPostgresIsLost(databaseUrl: string, signal: AbortSignal): Promise<void> {
  const line = new Line(databaseUrl)
  try {
    let answeredMs = performance.now()
    let failed = 0
    // More than once: a process that was stopped for a while finds its question late, and its next one answered.
    while (failed < 2 || performance.now() - answeredMs < lostAfterMs) {
      if (await line.answers()) {
        answeredMs = performance.now()
        failed = 0
      } else failed += 1
      if (signal.aborted) return
      await pause(pingEveryMs, signal)
    }
  } finally {
    line.drop()
  }
}

/** Resolves when Postgres answers; or with `signal`. */
export async function untilPostgresIsBack(databaseUrl: string, signal: AbortSignal): Promise<void> {
  const line = new Line(databaseUrl)
  try {
    while (!signal.aborted && !(await line.answers())) await pause(pingEveryMs, signal)
  } finally {
    line.drop()
  }
}

class Line {
  readonly #databaseUrl: string
  #client: Client | undefined
  #socket: Socket | undefined

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl
  }

  async answers(): Promise<boolean> {
    const asked = this.#ask().then(
      () => true,
      () => false,
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      // An answer that is there and was not looked at yet, since this process is busy, is read before an immediate runs.
      timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(false))), pingTimeoutMs)
    })
    const isAnswered = await Promise.race([asked, late])
    clearTimeout(timer)
    // Whatever it was, the next question goes over a new connection.
    if (!isAnswered) this.drop()
    return isAnswered
  }

  /** Without a farewell: the far end may not be there to take it. */
  drop(): void {
    this.#socket?.destroy()
    this.#client = undefined
  }

  async #ask(): Promise<void> {
    if (!this.#client) {
      const socket = new Socket()
      const client = new Client({
        connectionString: this.#databaseUrl,
        application_name: 'carillon lifeline',
        stream: () => socket,
      })
      client.on('error', () => this.#forget(client))
      this.#socket = socket
      this.#client = client
      await client.connect()
    }
    await this.#client.query('select 1')
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = undefined
  }
}

import { Refused } from './answers.js'

export type Update = { update_id: number } & Record<string, unknown>

type Target = { url: string; secret: string | undefined; allowed: readonly string[] }

/** Telegram's ports (https://core.telegram.org/bots/api#setwebhook). */
const ports = new Set(['', '443', '80', '88', '8443'])
/** Telegram waits longer from one try to the next, and so does this, on a scale for tests. */
const firstRetryMs = 100
const mostRetryMs = 2_000
const timeoutMs = 30_000

/**
 * Sends the updates of one bot to its webhook: those of a chat one after the other, each until it is answered with a status of
 * 200 to 299. Ids go up by one. `delivered`: each POST that was made, in order.
 */
export class Webhook {
  #target: Target | undefined
  #next: number
  readonly #queues = new Map<number, Update[]>()
  readonly #sending = new Set<number>()
  readonly posts: { updateId: number; status: number | undefined }[] = []
  #lastError: string | undefined
  #isClosed = false

  constructor(firstId: number) {
    this.#next = firstId
  }

  set({ url, secret_token: secret, allowed_updates: allowed }: Record<string, unknown>): void {
    if (url === undefined || url === '') {
      this.#target = undefined
      return
    }
    const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
    if (!parsed) throw new Refused(400, 'Bad Request: bad webhook: invalid webhook URL specified')
    // A Bot API server of one's own takes http, too.
    const isLocal = parsed.hostname === '127.0.0.1' || parsed.hostname === 'localhost'
    if (parsed.protocol !== 'https:' && !isLocal)
      throw new Refused(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
    if (!isLocal && !ports.has(parsed.port))
      throw new Refused(
        400,
        'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
      )
    if (secret !== undefined && !(typeof secret === 'string' && /^[A-Za-z0-9_-]{1,256}$/.test(secret)))
      throw new Refused(400, 'Bad Request: secret token contains unallowed characters')
    this.#target = {
      url: parsed.href,
      secret: typeof secret === 'string' ? secret : undefined,
      allowed: Array.isArray(allowed) ? allowed.map(String) : [],
    }
    for (const chat of this.#queues.keys()) this.#send(chat)
  }

  /** Returns the id that it has. One of a kind that the bot does not want is never sent. */
  put(chat: number, content: Record<string, unknown>): number {
    const update_id = this.#next++
    const [kind = ''] = Object.keys(content)
    const allowed = this.#target?.allowed ?? []
    if (allowed.length > 0 && !allowed.includes(kind)) return update_id
    this.#queues.set(chat, [...(this.#queues.get(chat) ?? []), { update_id, ...content }])
    this.#send(chat)
    return update_id
  }

  info(): Record<string, unknown> {
    return {
      url: this.#target?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.pending(),
      ...(this.#lastError !== undefined && { last_error_message: this.#lastError }),
    }
  }

  pending(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0)
  }

  close(): void {
    this.#isClosed = true
  }

  #send(chat: number): void {
    if (this.#sending.has(chat)) return
    this.#sending.add(chat)
    void this.#serve(chat)
  }

  async #serve(chat: number): Promise<void> {
    let waitMs = firstRetryMs
    for (;;) {
      const [update, ...later] = this.#queues.get(chat) ?? []
      const target = this.#target
      if (update === undefined || target === undefined || this.#isClosed) {
        this.#sending.delete(chat)
        return
      }
      const status = await post(target, update)
      this.posts.push({ updateId: update.update_id, status })
      if (status !== undefined && status >= 200 && status < 300) {
        // What was put meanwhile is behind it.
        this.#queues.set(chat, (this.#queues.get(chat) ?? later).slice(1))
        waitMs = firstRetryMs
        continue
      }
      this.#lastError =
        status === undefined ? 'Connection failed' : `Wrong response from the webhook: ${status}`
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      waitMs = Math.min(mostRetryMs, waitMs * 2)
    }
  }
}

/** The status of the answer; undefined where there was none. */
async function post({ url, secret }: Target, update: Update): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret !== undefined && { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

import { setMaxListeners } from 'node:events'
import { inLanes } from '../../src/in-lanes.js'
import { pause } from '../../src/pause.js'
import { seeded } from '../shared/random.js'
import type { StormOptions } from './options.js'

/** One update, with when it was first sent and when it was first accepted, in ms. */
export type Sent = { updateId: number; chat: number; firstSentMs: number; firstAcceptedMs: number }

export type Delivered = {
  sent: Sent[]
  /** POSTs, with those that were not answered by 200. */
  posts: number
  refused: number
}

/** At once: of all chats together Telegram has up to a hundred. */
const lanes = 24
const retryMs = 100
const answerMs = 10_000
const firstUpdateId = 500_000

/** Sends each update as often as is wanted, in random order, each time until it is answered by 200. */
export async function deliver({
  urls,
  secret,
  options: { updates, chats, times, seed },
  onAccepted,
  signal,
}: {
  urls: readonly string[]
  secret: string
  options: Pick<StormOptions, 'updates' | 'chats' | 'times' | 'seed'>
  onAccepted: () => void
  signal: AbortSignal
}): Promise<Delivered> {
  // One listener for each lane that waits.
  setMaxListeners(2 * lanes, signal)
  const random = seeded(seed)
  const sent = Array.from({ length: updates }, (_, index) => ({
    updateId: firstUpdateId + index,
    chat: 1_000 + (index % chats),
    firstSentMs: Infinity,
    firstAcceptedMs: Infinity,
  }))
  const all = Array.from({ length: times }, () => sent).flat()
  const order = random.some(all, all.length)
  let posts = 0
  let refused = 0
  await inLanes(order.values(), {
    lanes,
    work: async (one) => {
      one.firstSentMs = Math.min(one.firstSentMs, performance.now())
      for (;;) {
        signal.throwIfAborted()
        posts += 1
        const url = urls[random.between(0, urls.length - 1)] ?? ''
        if ((await post(url, { secret, ...one })) === 200) break
        refused += 1
        await pause(retryMs, signal)
      }
      one.firstAcceptedMs = Math.min(one.firstAcceptedMs, performance.now())
      onAccepted()
    },
  })
  return { sent, posts, refused }
}

/** The status; undefined where there was no answer: the process is gone, or died meanwhile. */
async function post(
  url: string,
  { secret, updateId, chat }: { secret: string; updateId: number; chat: number },
): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
      body: JSON.stringify({
        update_id: updateId,
        message: {
          message_id: updateId,
          date: 1_764_500_000,
          from: { id: chat, is_bot: false, first_name: 'Synthetic' },
          chat: { id: chat, type: 'private', first_name: 'Synthetic' },
          text: 'An update of the storm',
        },
      }),
      signal: AbortSignal.timeout(answerMs),
    })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

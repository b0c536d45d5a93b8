/** An update waits for its turn or for its next try; `dead` when it is given up; `dropped` when its bot was removed. */
export const updateStates = ['waiting', 'done', 'dead', 'dropped'] as const
export type UpdateState = (typeof updateStates)[number]

/** One update of one bot: Telegram gives each an id, and sends it again until it is taken. */
export type UpdateKey = { bot: string; updateId: number }

/** Updates are handled apart from what sends: a handler may take long. */
export const telegramTaskQueue = 'telegram'

/** The dedupe key of an update: Telegram's own. */
export function telegramUpdateWorkflowId({ bot, updateId }: UpdateKey): string {
  return `telegram:${bot}/${updateId}`
}

/** Undefined for another id. */
export function readTelegramUpdateWorkflowId(workflowId: string): UpdateKey | undefined {
  const [, bot, updateId] = /^telegram:([^/]+)\/(\d{1,15})$/.exec(workflowId) ?? []
  return bot === undefined ? undefined : { bot, updateId: Number(updateId) }
}

/** @param id of the row of `telegram_progress` */
export function telegramProgressWorkflowId(id: string): string {
  return `telegram-progress:${id}`
}

/** Where Telegram sends the updates of a bot to, under the address of the API. */
export function webhookPath(bot: string): string {
  return `/webhooks/telegram/${bot}`
}

export const defaultMaxAttempts = 5
export const mostAttempts = 50

const delaysMs = [30_000, 120_000, 600_000]
const laterDelayMs = 3_600_000

/** The wait before an update is tried again, by the tries that failed: 30 s, 2 min, 10 min, then every hour. */
export function updateRetryDelayMs(failed: number): number {
  return delaysMs[failed - 1] ?? laterDelayMs
}

/**
 * Tries that were begun and never ended: an update whose every try takes the process with it is given up. They come ten
 * seconds apart, and a restart of a worker costs one.
 */
export const mostUnfinished = 20

/** Characters of an error that is kept. */
export const mostErrorText = 4_096

/** Cut at whole characters: a half of a pair is no text that Postgres or JSON takes. */
export function cutError(text: string): string {
  return text.length <= mostErrorText ? text : text.slice(0, mostErrorText).replace(/[\uD800-\uDBFF]$/, '')
}

/** The handler of a bot that was given none. */
export const remoteControlName = 'remote-control'
export const handlerPattern = /^[a-z0-9][a-z0-9-]{0,39}$/

/** What the holder of a token of BotFather has: the bot's id and a secret. */
export const botTokenPattern = /^\d{1,20}:[A-Za-z0-9_-]{20,100}$/

/** What a person on the allow-list of a bot may do, as a token's role says. */
export const chatRoles = ['viewer', 'editor'] as const
export type ChatRole = (typeof chatRoles)[number]

import { Api, GrammyError, HttpError } from 'grammy/web'

/** A call that Telegram refused, or did not answer. Without the words of the call: they have the token and the text in them. */
export class BotApiError extends Error {
  override name = 'BotApiError'
  constructor(
    readonly method: string,
    /** As HTTP has it; undefined where there was no answer. */
    readonly status: number | undefined,
    /** What Telegram says of it. */
    readonly description: string,
    /** It wants a pause of this long. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(status === undefined ? `${method}: no answer` : `${method}: ${status} ${description}`)
  }
}

/** The chat is gone or closed to the bot: nothing will ever be said there. */
export function isClosedChat(error: unknown): boolean {
  return (
    error instanceof BotApiError &&
    (error.status === 403 ||
      (error.status === 400 && /chat not found|user is deactivated/i.test(error.description)))
  )
}

export type BotApi = ReturnType<typeof createBotApi>

export const telegramUrl = 'https://api.telegram.org'
const timeoutSeconds = 15

/** Characters of a message, after which Telegram refuses it. */
export const mostMessageText = 4_096

/** The few calls of the Bot API that are made here, through grammY. @param url of the Bot API server */
export function createBotApi({ token, url = telegramUrl }: { token: string; url?: string | undefined }) {
  const api = new Api(token, { apiRoot: url.replace(/\/+$/, ''), timeoutSeconds })

  async function call<T>(method: string, asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      if (error instanceof GrammyError) {
        const { error_code: status, description, parameters } = error
        const after = parameters.retry_after
        throw new BotApiError(method, status, description, after === undefined ? undefined : after * 1_000)
      }
      if (error instanceof HttpError) throw new BotApiError(method, undefined, 'no answer', undefined)
      throw error
    }
  }

  return {
    getMe: async () => await call('getMe', api.getMe()),
    setWebhook: async ({ url: address, secret }: { url: string; secret: string }) =>
      await call('setWebhook', api.setWebhook(address, { secret_token: secret, allowed_updates: [] })),
    deleteWebhook: async () => await call('deleteWebhook', api.deleteWebhook()),
    /** Returns the id of the message. */
    async sendMessage({ chat, text, buttons }: { chat: number; text: string; buttons?: ButtonRows }) {
      const sent = await call(
        'sendMessage',
        api.sendMessage(chat, cut(text), {
          link_preview_options: { is_disabled: true },
          ...(buttons && { reply_markup: { inline_keyboard: buttons.map((row) => row.map(inline)) } }),
        }),
      )
      return sent.message_id
    },
    /** Saying what it says already is no failure. */
    async editMessage({ chat, message, text }: { chat: number; message: number; text: string }) {
      try {
        await call('editMessageText', api.editMessageText(chat, message, cut(text)))
      } catch (error) {
        const isSame = error instanceof BotApiError && /message is not modified/i.test(error.description)
        if (!isSame) throw error
      }
    },
    answerPressed: async ({ callback, text }: { callback: string; text?: string | undefined }) =>
      await call(
        'answerCallbackQuery',
        api.answerCallbackQuery(callback, text === undefined ? {} : { text }),
      ),
  }
}

type ButtonRows = readonly (readonly { text: string; data: string }[])[]

function inline({ text, data }: { text: string; data: string }) {
  return { text, callback_data: data }
}

function cut(text: string): string {
  return text.length <= mostMessageText ? text : `${text.slice(0, mostMessageText - 1)}…`
}

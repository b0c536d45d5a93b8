/** What the Bot API answers a call with (https://core.telegram.org/bots/api#making-requests). */
export type Answer =
  | { ok: true; result: unknown }
  | { ok: false; error_code: number; description: string; parameters?: { retry_after: number } }

/** A call that is refused, as Telegram refuses it. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly retryAfter?: number,
  ) {
    super(description)
  }
}

export function refusalAnswer({ code, description, retryAfter }: Refused): Answer {
  return {
    ok: false,
    error_code: code,
    description,
    ...(retryAfter !== undefined && { parameters: { retry_after: retryAfter } }),
  }
}

/** A request that can't be done: what is wrong, with what value, and what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  constructor(
    readonly status: 400 | 404 | 409 | 504,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

import type { Context } from 'hono'

type Status = 400 | 401 | 404 | 405 | 500 | 503

/** How every error is answered: for programs the code, for people what to do. */
export function problem(context: Context, status: Status, code: string, message: string): Response {
  return context.json({ error: { code, message } }, status)
}

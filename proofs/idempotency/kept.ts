import type { Repeatable } from './callers.js'
import { reminderKey } from './creates.js'

/** Requests whose answer is kept, of every kind of what may come of two: a signal, a run, a secret, a row. */
export function keptRequests(each: number): Repeatable[] {
  return Array.from({ length: each }, (_, index) => [
    kept('pause', index, { path: `${reminder(index)}/pause`, body: { reason: 'holidays' }, status: 200 }),
    kept('fire', index, { path: `${reminder(each + index)}/fire`, body: {}, status: 200 }),
    kept('endpoint', index, { path: '/v1/webhooks', body: { url: 'http://127.0.0.1:9/hook' }, status: 201 }),
    kept('token', index, {
      path: '/v1/tokens',
      body: { name: `desk-${index}`, role: 'viewer' },
      status: 201,
    }),
    kept('account', index, { path: '/v1/accounts', body: { id: `branch-${index}` }, status: 201 }),
  ]).flat()
}

function kept(
  kind: string,
  index: number,
  { path, body, status: wanted }: { path: string; body: unknown; status: number },
): Repeatable {
  return {
    method: 'POST',
    path,
    key: `${kind}-${index}`,
    body,
    wrongIn: ({ status, text }) =>
      status === wanted ? undefined : `expected ${wanted}, got ${status} ${text}`,
  }
}

function reminder(index: number): string {
  return `/v1/reminders/${reminderKey(index)}`
}

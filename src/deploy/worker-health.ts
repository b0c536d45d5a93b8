import { freshMs, type Poller } from '../worker/pollers.js'

export type Health = { isHealthy: boolean; why: string }

/**
 * Whether Temporal has heard of a worker of this machine lately: a worker that hangs, or has lost Temporal, has
 * stopped asking, whatever its process looks like.
 * @param pid of the worker where several run on one machine; in a container, its host name tells it apart
 */
export function healthOf(
  pollers: Poller[],
  { host, pid, nowMs }: { host: string; pid?: number | undefined; nowMs: number },
): Health {
  const own = pollers.filter(({ identity }) =>
    // The SDK's identity of a worker: <pid>@<host name>.
    pid === undefined ? identity.endsWith(`@${host}`) : identity === `${pid}@${host}`,
  )
  const who = pid === undefined ? host : `${pid}@${host}`
  if (own.length === 0) return { isHealthy: false, why: `Temporal has not heard of a worker of ${who}` }
  const ageMs = nowMs - Math.max(...own.map(({ lastAccessMs }) => lastAccessMs))
  const age = `Temporal heard of ${who} ${Math.round(ageMs / 1_000)} s ago`
  return { isHealthy: ageMs <= freshMs, why: age }
}

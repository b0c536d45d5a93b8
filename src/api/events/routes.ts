import { Hono, type Context } from 'hono'
import { setMaxListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { PairingView } from '../../store/accounts/pairing.js'
import { HttpError } from '../v1/problems.js'
import type { ClientStream } from './client-stream.js'
import { progressFrame } from './frames.js'
import type { EventHub } from './hub.js'
import { PairingStream, wasToldOver } from './pairing-stream.js'
import { isInScope, type Scope } from './scope.js'
import { EventStream } from './stream.js'

const defaults = {
  heartbeatMs: 15_000,
  /** A client that takes nothing for so long is cut off: what it was given waits in its socket. */
  stallMs: 30_000,
  /** Then it must come again, and say again who it is. */
  mostAgeMs: 30 * 60_000,
  /** Clients of one process. */
  most: 2_000,
  readyMs: 5_000,
}

/** Who watches: what may be seen, and until when: a token that is revoked ends its streams. */
export type Viewer = { scope: Scope; until?: AbortSignal }

/** Who watches how an account is linked, and how that is now. */
export type PairingViewer = { operator: string; view: PairingView; until?: AbortSignal }

export type EventDependencies = {
  hub: EventHub
  /** Who asks. @throws HttpError where nobody does who may */
  viewerOf: (context: Context) => Viewer | Promise<Viewer>
  /** The same, for the pairing of an account. Without it there is no such route. */
  pairingViewerOf?: (context: Context, accountId: string) => Promise<PairingViewer>
  limits?: Partial<typeof defaults>
}

export type EventRoutes = {
  /**
   * `/events`, `/runs/{run}/events` and `/accounts/{account}/pairing/events`, to be mounted at `/v1`. What they throw is for the
   * app to answer.
   */
  routes: Hono
  /** Ends all streams with the hint to come again, and takes no more. */
  drain(): void
  /** How many clients there are. */
  count(): number
}

/** What changed, as server-sent events. */
export function eventRoutes({ hub, viewerOf, pairingViewerOf, limits }: EventDependencies): EventRoutes {
  const { heartbeatMs, stallMs, mostAgeMs, most, readyMs } = { ...defaults, ...limits }
  const streams = new Map<ClientStream, { endsAtMs: number; destroy: () => void }>()
  let isDraining = false
  let timer: NodeJS.Timeout | undefined
  let beatMs = performance.now()

  const routes = new Hono()
  routes.get('/events', async (context) => {
    const viewer = await viewerOf(context)
    const { scope } = viewer
    return await openEvents(context, viewer, {
      present: () =>
        hub
          .underWay()
          .filter((snapshot) => isInScope(scope, snapshot))
          .map(progressFrame)
          .join(''),
    })
  })
  routes.get('/runs/:run/events', async (context) => {
    const viewer = await viewerOf(context)
    const runId = context.req.param('run')
    if (isDraining) throw unavailable()
    const snapshot = await hub.progressOf(runId, viewer.scope).catch(() => null)
    if (snapshot === null) throw unavailable()
    if (snapshot === undefined) throw new HttpError('not_found', 'There is no such run.')
    return await openEvents(context, viewer, {
      runId,
      present: () => progressFrame(hub.seen(runId) ?? snapshot),
    })
  })
  if (pairingViewerOf)
    routes.get('/accounts/:account/pairing/events', async (context) => {
      const accountId = context.req.param('account')
      const { until, ...viewer } = await pairingViewerOf(context, accountId)
      // An EventSource comes again until it is told not to.
      if (wasToldOver(context.req.header('last-event-id'), viewer.view))
        return new Response(null, { status: 204 })
      return await open(context, until, (onEnd) => new PairingStream(hub, { ...viewer, accountId }, onEnd))
    })

  return {
    routes,
    drain() {
      isDraining = true
      for (const stream of streams.keys()) stream.finish()
    },
    count: () => streams.size,
  }

  async function openEvents(
    context: Context,
    { scope, until }: Viewer,
    { runId, present }: { runId?: string; present: () => string },
  ): Promise<Response> {
    const lastEventId = context.req.header('last-event-id')
    const reader = { scope, ...(runId !== undefined && { runId }) }
    return await open(
      context,
      until,
      (onEnd) => new EventStream(hub, reader, { lastEventId, present, onEnd }),
    )
  }

  async function open(
    context: Context,
    until: AbortSignal | undefined,
    make: (onEnd: () => void) => ClientStream,
  ): Promise<Response> {
    if (isDraining || streams.size >= most || !(await hub.untilReady(readyMs))) throw unavailable()
    const headers = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies that gather an answer before they pass it on would hold it for ever.
      'X-Accel-Buffering': 'no',
      // Who comes again on the connection of before would come to the process that stops, whose refusal is for good to an
      // EventSource.
      Connection: 'close',
    }
    if (context.req.method === 'HEAD') return new Response(null, { headers })
    const end = (): void => stream.finish()
    const stream: ClientStream = make(() => {
      streams.delete(stream)
      until?.removeEventListener('abort', end)
      if (streams.size === 0) clearInterval(timer)
    })
    // Not all at once, as they came when a process was started.
    const endsAtMs = performance.now() + mostAgeMs * (0.8 + 0.4 * Math.random())
    const { outgoing } = context.env as { outgoing?: ServerResponse }
    if (streams.size === 0) startClock()
    streams.set(stream, { endsAtMs, destroy: () => (outgoing ? outgoing.destroy() : stream.cut()) })
    // Many streams may end with one token.
    if (until) setMaxListeners(0, until)
    until?.addEventListener('abort', end, { once: true })
    if (until?.aborted) end()
    return new Response(stream.body, { headers })
  }

  function startClock(): void {
    timer = setInterval(look, Math.min(heartbeatMs, stallMs, 5_000))
    timer.unref()
  }

  function look(): void {
    const nowMs = performance.now()
    const isBeat = nowMs - beatMs >= heartbeatMs
    if (isBeat) beatMs = nowMs
    for (const [stream, { endsAtMs, destroy }] of streams) {
      if (stream.stalledMs > stallMs) destroy()
      else if (nowMs >= endsAtMs) stream.finish()
      else if (isBeat) stream.beat()
    }
  }
}

function unavailable(): HttpError {
  return new HttpError('not_ready', 'Events cannot be told now. Try again in a moment.', {
    'Retry-After': '2',
  })
}

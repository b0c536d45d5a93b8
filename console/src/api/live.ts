import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'
import type { RunProgress } from '../../../src/client/runs/progress.js'
import { keys } from '../data/keys.js'
import { withCounts, type ProgressEvent } from './progress-event.js'
import { isReachable } from './reachable.js'

/** Whether what is on the page is told of changes. */
export type LiveState = 'live' | 'connecting' | 'offline'

const minRetryMs = 1_000
const maxRetryMs = 15_000
/** A thousand changes at once are read anew once. */
const gatherMs = 250
/** A network that goes without a word leaves a stream open on which nothing comes any more. */
const lookEveryMs = 15_000
const lookMs = 8_000
/** What was sent in a day is counted anew so often at most, while something is sent. */
const countAgainMs = 3_000

let state: LiveState = 'connecting'
const listeners = new Set<() => void>()

export function liveState(): LiveState {
  return state
}

export function watchLive(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function become(next: LiveState): void {
  if (state === next) return
  state = next
  for (const listener of listeners) listener()
}

/** Follows what changes, for all pages together, until it is told to stop. */
export function followChanges(queries: QueryClient): () => void {
  let source: EventSource | undefined
  let retryMs = minRetryMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasAway = false
  const changed = gatherChanges(queries, gatherMs)
  const changedSlowly = gatherChanges(queries, countAgainMs)
  const sent = (): void => changedSlowly([keys.sentPerHour, keys.accounts])

  function open(): void {
    clearTimeout(timer)
    source?.close()
    source = new EventSource('/v1/events')
    source.addEventListener('open', () => {
      retryMs = minRetryMs
      become('live')
      // Not all that is shown has events, and some of it could not be read meanwhile.
      if (wasAway) void queries.invalidateQueries()
      wasAway = false
    })
    source.addEventListener('error', () => {
      away()
      // An answer that is no stream ends an EventSource for good: another one is opened.
      if (source?.readyState === EventSource.CLOSED) again()
    })
    for (const name of ['ready', 'reset'])
      source.addEventListener(name, () => changed([keys.accounts, keys.reminders, keys.runs]))
    source.addEventListener('run', () => {
      changed([keys.runs, keys.reminders])
      sent()
    })
    source.addEventListener('reminder', ({ data }: MessageEvent<string>) => {
      const { reminderKey } = JSON.parse(data) as { reminderKey: string }
      const name = keys.reminderName(reminderKey)
      // Of ten thousand that change, only those that are shown.
      changed([keys.reminders, ...(queries.getQueryState(name) === undefined ? [] : [name])])
    })
    source.addEventListener('account', () => changed([keys.accounts]))
    source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      noteProgress(queries, JSON.parse(data) as ProgressEvent)
      sent()
    })
  }

  function away(): void {
    wasAway = true
    become(navigator.onLine ? 'connecting' : 'offline')
  }

  async function look(): Promise<void> {
    if (state !== 'live' || document.visibilityState === 'hidden') return
    if (await isReachable(lookMs)) return
    away()
    open()
  }

  function again(): void {
    timer = setTimeout(open, retryMs)
    retryMs = Math.min(maxRetryMs, retryMs * 2)
  }

  const onOnline = (): void => open()
  const onOffline = (): void => away()
  const onLook = (): void => void look()
  const looks = setInterval(onLook, lookEveryMs)
  addEventListener('online', onOnline)
  addEventListener('offline', onOffline)
  document.addEventListener('visibilitychange', onLook)
  open()
  return () => {
    clearTimeout(timer)
    clearInterval(looks)
    source?.close()
    removeEventListener('online', onOnline)
    removeEventListener('offline', onOffline)
    document.removeEventListener('visibilitychange', onLook)
  }
}

function gatherChanges(queries: QueryClient, afterMs: number): (changed: readonly QueryKey[]) => void {
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  function gather(changed: readonly QueryKey[]): void {
    for (const key of changed) waiting.set(JSON.stringify(key), key)
    timer ??= setTimeout(() => {
      timer = undefined
      const all = [...waiting.values()]
      waiting.clear()
      for (const queryKey of all) {
        const later = queries.getQueryCache().findAll({ queryKey, predicate: isGettingMore })
        void queries.invalidateQueries({ queryKey, predicate: (query) => !later.includes(query) })
        if (later.length > 0) gather(later.map((query) => query.queryKey))
      }
    }, afterMs)
  }
  return gather
}

/** The next page of a list that somebody has asked for: to read the list anew now would drop it. */
function isGettingMore({ state: { fetchStatus, fetchMeta } }: Query): boolean {
  return fetchStatus === 'fetching' && fetchMeta?.fetchMore !== undefined
}

function noteProgress(queries: QueryClient, event: ProgressEvent): void {
  queries.setQueryData<RunProgress>(
    keys.progress(event.runId),
    (before) => before && withCounts(before, event),
  )
}

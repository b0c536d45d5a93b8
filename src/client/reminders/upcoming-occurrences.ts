import type { Due } from '../../domain/firing.js'
import { priorityQueue } from '../../domain/priority-queue.js'
import type { Queryable } from '../../store/database.js'
import type { ReminderView } from '../../store/views/reminders.js'
import { listUpcoming } from '../../store/views/upcoming.js'
import { firesOf } from './summary.js'

export type UpcomingOccurrence = {
  view: ReminderView
  /** The time that the calendar has: it names the occurrence. */
  occurrence: string
  /** When it fires: later where it is snoozed. */
  dueAt: string
}

/** A rule is worked out this far at first, and from there four times as far each time that is not enough. */
const atFirst = 8
/** Rules take the thread: others have it now and then. */
const breathe = 16

type Following = {
  view: ReminderView
  fires: UpcomingOccurrence[]
  next: number
  /** How many come next, and from where: undefined once there are no more. */
  rest: { limit: number; after: ReminderView } | undefined
}

/** What fires up to an instant if nothing changes, in the order of the times, of all reminders; no more than `limit`. */
export async function upcomingOccurrences(
  db: Queryable,
  query: { operator: string; accountIds?: readonly string[]; now: Date; until: Date; limit: number },
): Promise<UpcomingOccurrence[]> {
  const { now, until, limit } = query
  const queue = priorityQueue<Following>((a, b) => dueMs(a) < dueMs(b))
  let worked = 0
  const { items } = await listUpcoming(db, query)
  for (const view of items)
    if (view.state !== 'paused' || view.pausedUntil !== null)
      await follow(view, { limit: atFirst, after: fromNow(view) })
  const found: UpcomingOccurrence[] = []
  for (let one = queue.pop(); one && found.length < limit; one = queue.pop()) {
    const fire = one.fires[one.next]
    if (!fire || Date.parse(fire.dueAt) > until.getTime()) continue
    found.push(fire)
    one.next += 1
    if (one.next < one.fires.length) queue.push(one)
    else if (one.rest) await follow(one.view, one.rest)
  }
  return found

  async function follow(
    view: ReminderView,
    { limit: most, after }: { limit: number; after: ReminderView },
  ): Promise<void> {
    if (++worked % breathe === 0 || most > atFirst) await new Promise(setImmediate)
    const all = firesOf(after, { policies: view.definition, now, limit: most })
    const fires = all
      .filter(({ dueAt }) => Date.parse(dueAt) > now.getTime())
      .map((due) => ({ view, ...due }))
    queue.push({ view, fires, next: 0, rest: all.length === most ? restAfter(all, after, most) : undefined })
  }

  /** What is late now, or will be once it is resumed, is not coming. */
  function fromNow(view: ReminderView): ReminderView {
    const { dealtWithUntil, pausedUntil, moved } = view
    // A second before: what is due at that very moment fires.
    const startMs =
      pausedUntil === null ? now.getTime() : Math.max(now.getTime(), pausedUntil.getTime() - 1_000)
    return {
      ...view,
      dealtWithUntil: new Date(Math.max(startMs, dealtWithUntil?.getTime() ?? 0)),
      moved: moved.map((move) => (move.to && move.to.getTime() <= startMs ? { ...move, to: null } : move)),
    }
  }

  function restAfter(all: Due[], after: ReminderView, most: number): Following['rest'] {
    const left = Math.min(4 * most, limit)
    const seen = new Set(all.map(({ occurrence }) => Date.parse(occurrence)))
    const moved = after.moved.map((move) => (seen.has(move.from.getTime()) ? { ...move, to: null } : move))
    const last = all.findLast(({ occurrence, dueAt }) => occurrence === dueAt)
    const dealtWithUntil = last ? new Date(last.occurrence) : after.dealtWithUntil
    return { limit: left, after: { ...after, dealtWithUntil, moved } }
  }
}

function dueMs({ fires, next }: Following): number {
  const fire = fires[next]
  return fire === undefined ? Infinity : Date.parse(fire.dueAt)
}

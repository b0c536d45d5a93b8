import { workflowLocal } from './workflow-local.js'

const queue = workflowLocal((): { last: Promise<unknown> } => ({ last: Promise.resolve() }))

type Activities = Record<string, (...args: never[]) => Promise<unknown>>

/**
 * Local activities of which at most one is under way in a workflow, whoever calls them. Of two that run at once a live
 * workflow hears in two steps and a replayed one in a single step: what runs between the steps (a timer that is started
 * and taken back) is then missing in the replay, and the workflow is stuck for good. Seen on a lock that was paused
 * while it started, after its worker was killed. See docs/decisions/0008.
 */
export function oneAtATime<T extends Activities>(activities: T): T {
  return new Proxy(activities, {
    get(target, name, receiver): unknown {
      const activity: unknown = Reflect.get(target, name, receiver)
      if (typeof activity !== 'function') return activity
      return (...args: unknown[]): Promise<unknown> => {
        const own = queue()
        const mine = own.last.then(() => Reflect.apply(activity, undefined, args) as Promise<unknown>)
        own.last = mine.then(
          () => undefined,
          () => undefined,
        )
        return mine
      }
    },
  })
}

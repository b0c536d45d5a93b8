import type { ReminderView } from '../../store/views/reminders.js'
import { listRuns } from '../../store/views/runs.js'
import type { SkipAnswer, SnoozeAnswer } from '../../protocol/messages.js'
import { cloneReminder } from './clone.js'
import type { ClientContext } from '../context.js'
import { createReminder, type CreateOptions, type CreateResult, type UnderWay } from './create.js'
import { editReminder, type EditOptions, type EditResult } from './edit.js'
import { findReminder } from './find.js'
import type { ReminderInput } from '../input/schema/reminder.js'
import { listed, type ReminderListQuery, type ReminderPage } from './list.js'
import { createMany, type CreateManyOptions, type CreateManyResult } from './many/create.js'
import { previewMany, type PreviewMany, type PreviewManyOptions } from './many/preview.js'
import { previewReminder, type Preview, type PreviewOptions } from '../preview/reminder.js'
import {
  skipNext,
  snoozeReminder,
  type OccurrenceChange,
  type SkipOptions,
  type SnoozeOptions,
} from './snooze-and-skip.js'
import {
  cancelReminder,
  deleteReminder,
  fireReminder,
  pauseReminder,
  resumeReminder,
  type Fired,
  type PauseOptions,
} from './actions.js'
import { reminderHistory, type HistoryQuery, type ReminderHistory } from './history.js'
import { occurrencesOfDays, type OccurrencesPage } from './occurrences.js'
import type { OccurrencesQuery } from './occurrences-query.js'
import { upcomingFires, type Upcoming, type UpcomingOptions } from './upcoming.js'
import { summarized, upcomingOf, type ReminderDetails } from './summary.js'
import type { Confirmation, RequestOptions } from '../temporal/signals.js'

export type SignalOptions = RequestOptions

export type Reminders = {
  /**
   * Creates the reminder, or returns the one that exists: the same key and definition never make a second one.
   * @throws InputError, ReminderConflictError
   */
  create(input: ReminderInput, options?: CreateOptions): Promise<CreateResult>
  /**
   * Creates all of a list, several times as fast as one by one, or none where one of them can't be used. Of each the same holds as
   * of one that is created by itself: the key and the content are the same reminder however often they are given, and
   * what is refused is refused for itself, in the result.
   *
   * A reminder's row is in Postgres before its workflow is started, and that before it is answered; no worker is needed.
   * Of a process that dies in between, at most some fifty rows have no workflow: the same call again starts theirs and
   * goes on with the others, and so does `reconcile`, which the workers do every ten minutes. The rest is whole, or not
   * there at all.
   *
   * @throws InputError with the place and the key of each that can't be used; CarillonError `unreachable`, `timed_out`
   *   where Temporal does not answer, and the same call again goes on
   */
  createMany(inputs: readonly ReminderInput[], options?: CreateManyOptions): Promise<CreateManyResult>
  /** What a create (or an edit, with `key`) would do. Nothing is stored. */
  preview(input: ReminderInput, options?: PreviewOptions): Promise<Preview>
  /** What `createMany` would do, in less detail. Nothing is stored. */
  previewMany(inputs: readonly ReminderInput[], options?: PreviewManyOptions): Promise<PreviewMany>
  /** Newest first; without those that were deleted, or those only. @throws InputError; CarillonError `not_found` of an account */
  list(query?: ReminderListQuery): Promise<ReminderPage>
  /**
   * Also of a reminder that is over or deleted.
   * @throws CarillonError `not_found`, as all of the following
   */
  show(key: string): Promise<ReminderDetails>
  history(key: string, query?: HistoryQuery): Promise<ReminderHistory>
  /** What fires next, beyond the few that `show` has. */
  upcoming(key: string, options?: UpcomingOptions): Promise<Upcoming>
  /** Of all reminders, on some days: what is to come, and what became of what was due. */
  occurrences(query: OccurrencesQuery): Promise<OccurrencesPage>
  /**
   * Lays the given fields over the reminder's own. The newest edit wins.
   * @throws InputError; CarillonError `ended`, `not_ready`, `timed_out`, as the next two; DefinitionChangedError
   */
  edit(key: string, changes: ReminderInput, options?: EditOptions): Promise<EditResult>
  /** Puts the next occurrence off; those after it stay where they are. */
  snooze(key: string, options: SnoozeOptions): Promise<OccurrenceChange<SnoozeAnswer>>
  /** Leaves the next occurrence out. */
  skip(key: string, options?: SkipOptions): Promise<OccurrenceChange<SkipAnswer>>
  /**
   * Each of the following waits until a worker has acted. Doing it twice is fine.
   * @throws CarillonError `ended`, `not_ready`
   */
  pause(key: string, options?: PauseOptions): Promise<Confirmation<ReminderView>>
  resume(key: string, options?: RequestOptions): Promise<Confirmation<ReminderView>>
  cancel(key: string, options?: RequestOptions): Promise<Confirmation<ReminderView>>
  /** Cancels it and takes it out of the lists. Its history stays. */
  delete(key: string, options?: RequestOptions): Promise<Confirmation<ReminderView>>
  /** A run of its own, now; the calendar stays as it is. */
  fire(key: string, options?: RequestOptions): Promise<Fired>
  /** A new reminder of what this one is or was, with the given fields over its own. */
  clone(key: string, changes: ReminderInput & { key: string }, options?: CreateOptions): Promise<CreateResult>
}

const shownRuns = 20

export function createReminders(context: ClientContext): Reminders {
  const { database, operator } = context
  const underWay: UnderWay = new Map()
  return {
    create: async (input, options = {}) => await createReminder(context, { input, options, underWay }),
    createMany: async (inputs, options = {}) => await createMany(context, { inputs, options }),
    preview: async (input, options = {}) => await previewReminder(context, { input, options }),
    previewMany: async (inputs, options = {}) => await previewMany(context, { ...options, inputs }),
    list: async (query = {}) => await listed(context, query),
    show: async (key) => {
      const view = await findReminder(context, key)
      const { items } = await listRuns(database, { operator, key, limit: shownRuns })
      return { ...summarized(view), upcoming: upcomingOf(view, new Date()), runs: items }
    },
    history: async (key, query = {}) => await reminderHistory(context, { key, query }),
    upcoming: async (key, options = {}) => await upcomingFires(context, { key, options }),
    occurrences: async (query) => await occurrencesOfDays(context, query),
    edit: async (key, changes, options = {}) => await editReminder(context, { key, changes, options }),
    snooze: async (key, options) => await snoozeReminder(context, { key, options }),
    skip: async (key, options = {}) => await skipNext(context, { key, options }),
    pause: async (key, options = {}) => await pauseReminder(context, { key, options }),
    resume: async (key, options = {}) => await resumeReminder(context, { key, options }),
    cancel: async (key, options = {}) => await cancelReminder(context, { key, options }),
    delete: async (key, options = {}) => await deleteReminder(context, { key, options }),
    fire: async (key, options = {}) => await fireReminder(context, { key, options }),
    clone: async (key, changes, options = {}) =>
      await cloneReminder(context, { key, changes, options, underWay }),
  }
}

import {
  reminderSorts,
  scheduleKinds,
  type ReminderSort,
  type ScheduleKind,
} from '../../../../src/domain/states.js'
import type { ReminderListQuery } from '../../../../src/client/reminders/list.js'
import type { ReminderState } from '../../../../src/domain/states.js'
import { choiceIn, textIn } from '../../parts/address.js'

export const stateFilters = ['all', 'active', 'paused', 'over'] as const
export type StateFilter = (typeof stateFilters)[number]

/** How far ahead the next time may be. */
export const dueFilters = ['today', 'week', 'month'] as const
export type DueFilter = (typeof dueFilters)[number]

/** What is in the address of the page, so that it is there again after a reload, and on the way back. */
export type Filters = {
  show?: StateFilter
  search?: string
  account?: string
  kind?: ScheduleKind
  due?: DueFilter
  sort?: ReminderSort
}

/** Of `all` none: that is, any. */
export const statesOf: Record<StateFilter, readonly ReminderState[] | undefined> = {
  all: undefined,
  active: ['scheduled', 'running'],
  paused: ['paused'],
  over: ['completed', 'canceled', 'missed'],
}
const daysOf: Record<DueFilter, number> = { today: 0, week: 7, month: 30 }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readFilters(given: Record<string, unknown>): Filters {
  return {
    ...choiceIn(given, 'show', stateFilters),
    ...choiceIn(given, 'kind', scheduleKinds),
    ...choiceIn(given, 'due', dueFilters),
    ...choiceIn(given, 'sort', reminderSorts),
    ...textIn(given, 'search'),
    ...textIn(given, 'account'),
  }
}

/** Those that fire are in an order and a range of their own, and neither paused nor over. */
export function changedFilters(
  before: Filters,
  change: { [Key in keyof Filters]?: Filters[Key] | undefined },
): Filters {
  const next = readFilters({ ...before, ...change })
  const isOfFiring = next.due !== undefined || next.sort === 'next'
  if (!isOfFiring) return next
  const wantsOthers = change.show !== undefined && change.show !== 'active'
  if (!wantsOthers) return { ...next, show: 'active', sort: 'next' }
  const { due: _due, sort: _sort, ...others } = next
  return others
}

export function queryOf(
  { show = 'all', search, account, kind, due, sort }: Filters,
  now: Date,
): ReminderListQuery {
  const states = sort === 'next' ? undefined : statesOf[show]
  return {
    ...(states && { states }),
    ...(search !== undefined && { search }),
    ...(account !== undefined && { account }),
    ...(kind !== undefined && { kind }),
    ...(sort !== undefined && { sort }),
    ...(due !== undefined && { firesUntil: endOfDay(now, daysOf[due]).toISOString() }),
  }
}

/** On the viewer's clock; the same all day, so that it is one list. */
function endOfDay(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 23, 59, 59, 999)
}

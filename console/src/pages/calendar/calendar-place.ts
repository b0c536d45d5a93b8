import { choiceIn, textIn } from '../../parts/address.js'

export const viewNames = ['month', 'week', 'agenda'] as const
export type View = (typeof viewNames)[number]

/** What is in the address of the page, so that it is there again after a reload, and on the way back. */
export type CalendarPlace = {
  /** That of a desk or of a phone where it is not named. */
  view?: View
  /** The first that is shown, `2026-12-01`; what is around today has no name. */
  day?: string
}

export function readCalendarPlace(given: Record<string, unknown>): CalendarPlace {
  const { day } = textIn(given, 'day')
  // FullCalendar fails at what is none.
  const isDay = day !== undefined && !Number.isNaN(Date.parse(`${day}T00:00:00Z`))
  return { ...choiceIn(given, 'view', viewNames), ...(isDay && { day }) }
}

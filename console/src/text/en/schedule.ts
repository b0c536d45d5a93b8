import type { Calendar } from '../../../../src/domain/calendar/calendar.js'

/** Schedules in words: the API has them in English. */
export const schedule = {
  words: (_schedule: Calendar, english: string): string => english,
}

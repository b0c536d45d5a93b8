import { z } from 'zod'
import type { Calendar } from '../../../../src/domain/calendar/calendar.js'

/** Of what the API answers: it has read it, and a browser need not have its rules of calendars and zones for that. */
export const calendar = z.custom<Calendar>((value) => typeof value === 'object' && value !== null)

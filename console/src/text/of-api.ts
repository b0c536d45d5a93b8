import type { Calendar } from '../../../src/domain/calendar/calendar.js'
import type { DoctorTexts, SentenceTexts } from './sentence-texts.js'

/** What the API says in English, in one language. What is not here is said as the API says it. */
export type OfApi = {
  sentences: Partial<SentenceTexts & DoctorTexts>
  /** Schedules in words; undefined where this browser cannot say it. */
  schedule?: (schedule: Calendar) => string | undefined
}

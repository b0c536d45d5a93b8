import { german } from '../../../../src/domain/calendar/words/german.js'
import { describeSchedule } from '../../../../src/domain/calendar/words/words.js'
import type { OfApi } from '../of-api.js'
import { sentences } from './sentences/index.js'

export const ofApi: OfApi = {
  sentences,
  schedule(schedule) {
    try {
      return describeSchedule(schedule, german)
    } catch (error) {
      // A zone that the API knows and this browser does not.
      if (error instanceof RangeError) return undefined
      throw error
    }
  },
}

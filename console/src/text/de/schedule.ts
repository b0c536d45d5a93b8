import { german } from '../../../../src/domain/calendar/words/german.js'
import { describeSchedule } from '../../../../src/domain/calendar/words/words.js'
import type { Catalogue } from '../en/index.js'

export const schedule: Catalogue['schedule'] = {
  words(schedule, english) {
    try {
      return describeSchedule(schedule, german)
    } catch (error) {
      // A zone that the API knows and this browser does not.
      if (error instanceof RangeError) return english
      throw error
    }
  },
}

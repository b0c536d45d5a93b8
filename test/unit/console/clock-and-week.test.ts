import { afterEach, expect, test, vi } from 'vitest'
import { clockAndWeek } from '../../../console/src/pages/calendar/clock-and-week.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const [sunday, monday] = [0, 1]

test.each([
  ['en-US', sunday],
  ['en-AU', monday],
  ['en-IE', monday],
  ['en-NZ', monday],
  ['en-GB', monday],
  ['de-AT', monday],
])('a week of %s begins on its own day, also where the browser does not tell', (locale, day) => {
  expect(clockAndWeek(locale, 'auto').firstDay).toBe(day)
  class Untold {
    readonly #locale: Intl.Locale
    constructor(tag: string) {
      this.#locale = new Locale(tag)
    }
    maximize(): Intl.Locale {
      return this.#locale.maximize()
    }
  }
  const { Locale } = Intl
  vi.stubGlobal('Intl', { Locale: Untold })
  expect(clockAndWeek(locale, 'auto').firstDay).toBe(day)
})

test('times are by the clock that was chosen', () => {
  const time = { hour: '2-digit', minute: '2-digit' }
  expect(clockAndWeek('en-US', 'auto').eventTimeFormat).toEqual(time)
  expect(clockAndWeek('en-US', 'h23').eventTimeFormat).toEqual({ ...time, hourCycle: 'h23' })
  expect(clockAndWeek('de', 'h12').slotLabelFormat).toEqual({ ...time, hourCycle: 'h12' })
})

import type { Clock } from '../../text/format.js'

/** Newer engines have the method, the others the field, and some neither. */
type WithWeek = Intl.Locale & Partial<Record<'getWeekInfo', () => Week> & Record<'weekInfo', Week>>
/** From 1, Monday, to 7. */
type Week = { firstDay: number }

const sundayFirst = ['US', 'CA']

/** How the viewer's region begins a week and the viewer reads a clock: FullCalendar's own locales know neither. */
export function clockAndWeek(locale: string, clock: Clock) {
  const time = {
    hour: '2-digit',
    minute: '2-digit',
    ...(clock !== 'auto' && { hourCycle: clock }),
  } as const
  return { firstDay: firstDayOf(new Intl.Locale(locale)), eventTimeFormat: time, slotLabelFormat: time }
}

/** As FullCalendar counts: Sunday is 0. */
function firstDayOf(locale: WithWeek): number {
  const { firstDay } = locale.getWeekInfo?.() ??
    locale.weekInfo ?? { firstDay: sundayFirst.includes(locale.maximize().region ?? '') ? 7 : 1 }
  return firstDay % 7
}

import type { CalendarOptions } from '@fullcalendar/core'
import deLocale from '@fullcalendar/core/locales/de'
import enGbLocale from '@fullcalendar/core/locales/en-gb'
import dayGridPlugin from '@fullcalendar/daygrid'
import interactionPlugin from '@fullcalendar/interaction'
import listPlugin from '@fullcalendar/list'
import timeGridPlugin from '@fullcalendar/timegrid'
import type { View } from './calendar-place.js'

export const views: Record<View, string> = { month: 'dayGridMonth', week: 'timeGridWeek', agenda: 'agenda' }

/** How the console uses FullCalendar, whatever is shown. */
export const fullCalendarOptions: CalendarOptions = {
  plugins: [dayGridPlugin, timeGridPlugin, listPlugin, interactionPlugin],
  locales: [deLocale, enGbLocale],
  timeZone: 'UTC',
  views: {
    // What is to come, whichever month it is in.
    agenda: {
      type: 'list',
      duration: { days: 30 },
      listDayFormat: { weekday: 'long', day: 'numeric', month: 'long' },
      listDaySideFormat: false,
    },
  },
  headerToolbar: false,
  height: 'auto',
  allDayText: '',
  nowIndicator: true,
  dayMaxEvents: false,
  slotDuration: '01:00',
  eventMinHeight: 20,
  snapDuration: '00:05:00',
  defaultTimedEventDuration: '00:40',
  eventInteractive: true,
  eventDurationEditable: false,
  // A finger that scrolls is no drag; a second would be taken for nothing.
  longPressDelay: 350,
  eventDidMount: ({ el }) => (el.querySelector('a') ?? el).setAttribute('role', 'button'),
  // By its number alone, a cell would be named as if it were empty.
  dayCellDidMount: ({ el }) => el.removeAttribute('aria-labelledby'),
}

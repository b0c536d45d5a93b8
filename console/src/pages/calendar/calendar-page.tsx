import FullCalendar from '@fullcalendar/react'
import type { DatesSetArg, EventDropArg, EventInput, ViewApi } from '@fullcalendar/core'
import { Button, Group } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { ShowMore } from '../../parts/show-more.js'
import { viewerZone } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { wallIn } from '../editor/schedule.js'
import styles from './calendar.module.css'
import { clockAndWeek } from './clock-and-week.js'
import { CalendarTools } from './calendar-tools.js'
import { readCalendarPlace, viewNames, type CalendarPlace, type View } from './calendar-place.js'
import { fullCalendarOptions, views } from './full-calendar.js'
import { EventContent } from './event-content.js'
import { MoveDialog } from './move-dialog.js'
import type { Wall } from './move-series.js'
import { useAllOf, useDays, type Days, type Occurrence } from './use-occurrences.js'

/** So many of a day have room; the others are counted. */
const perDay = { month: 4, week: 30, agenda: 0 } as const
const dayMs = 86_400_000
/** A week begins each day at this hour, or with what is sent before it: nobody looks at empty nights. */
const morning = 6
/** When something is sent that is begun on a day of the month. */
const usualTime = '08:00'

/**
 * Each occurrence stands at the time of its reminder's own zone, so that a lesson at eight is at eight. To FullCalendar all of
 * them are one zone: it gets the wall times alone.
 */
export function CalendarPage() {
  const { text, format, language, clock } = useSpoken()
  const { calendar: words } = text
  const may = useMay()
  const navigate = useNavigate()
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const calendar = useRef<FullCalendar>(null)
  const usual = isPhone ? 'agenda' : 'month'
  const { view = usual, day } = useSearch({
    from: '/calendar',
    select: readCalendarPlace,
    structuralSharing: true,
  })
  const go = (change: { [Key in keyof CalendarPlace]: CalendarPlace[Key] | undefined }): void =>
    void navigate({
      to: '/calendar',
      search: (before) => readCalendarPlace({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  const [shown, setShown] = useState<{ title: string; days: Days; view: View }>()
  const [asked, setAsked] = useState<{ occurrence: Occurrence; target: Wall | undefined }>()
  const isAgenda = shown?.view === 'agenda'
  const byDay = useDays(isAgenda ? undefined : shown?.days, perDay[shown?.view ?? 'month'])
  const all = useAllOf(isAgenda ? shown?.days : undefined)
  const { data, error, refetch } = isAgenda ? all : byDay
  const events = useMemo(
    () => [
      ...(data?.occurrences ?? []).map((occurrence): EventInput => ({
        id: `${occurrence.key} ${occurrence.occurrence.toISOString()}`,
        title: occurrence.title ?? text.reminders.image,
        start: `${occurrence.local}Z`,
        editable: occurrence.state === 'scheduled',
        classNames: [`carillon-${occurrence.state}`],
        extendedProps: { occurrence },
      })),
      ...[...(data?.more ?? [])].map(([day, count]): EventInput => ({
        id: `more ${day}`,
        title: words.more(count, format.number(count)),
        start: view === 'week' ? day : `${day}T23:59:59Z`,
        allDay: view === 'week',
        editable: false,
        classNames: ['carillon-more'],
        extendedProps: { more: day },
      })),
    ],
    [data, text, words, format, view],
  )
  const local = useMemo(() => clockAndWeek(format.locale, clock), [format, clock])
  const hours = (data?.occurrences ?? []).map(({ local }) => Number(local.slice(11, 13)))
  const firstHour = Math.min(morning, ...hours)
  const api = () => calendar.current?.getApi()
  const see = (chosen: View, from?: string): void =>
    go({ view: chosen === usual ? undefined : chosen, ...(from !== undefined && { day: from }) })

  // FullCalendar reads what is shown first and no more, and the address is also changed by links, keys and a phone that is turned.
  useEffect(() => {
    const shownNow = calendar.current?.getApi()
    if (shownNow === undefined) return
    if (shownNow.view.type !== views[view] || dayOf(shownNow.view) !== day)
      shownNow.changeView(views[view], day ?? naive(new Date()))
  }, [view, day])

  function onDates({ view: shownNow, startStr, endStr }: DatesSetArg): void {
    const { title, type } = shownNow
    setShown({ title, days: daysOf(startStr, endStr), view: viewOf(type) })
    const first = dayOf(shownNow)
    if (first !== day) go({ day: first })
  }

  function onDrop({ event, revert }: EventDropArg): void {
    const [date, time] = [event.startStr.slice(0, 10), event.startStr.slice(11, 16)]
    const { occurrence } = detailsOf(event)
    // It moves when the API says so.
    revert()
    if (occurrence) setAsked({ occurrence, target: { date, time } })
  }

  function onDay(dateText: string): void {
    const date = dateText.slice(0, 10)
    const time = dateText.length > date.length ? dateText.slice(11, 16) : usualTime
    const now = wallIn(new Date(), viewerZone)
    if (!may.edit || `${date}T${time}` <= `${now.date}T${now.time}`) return
    void navigate({ to: '/reminders/new', search: { on: `${date}T${time}` } })
  }

  return (
    <Page
      title={words.title}
      lead={may.edit ? words.lead : words.leadViewer}
      isWide
      actions={
        may.edit && (
          <Button component={Link} to="/reminders/new" leftSection={<IconPlus size={16} aria-hidden />}>
            {text.editor.newTitle}
          </Button>
        )
      }
    >
      <CalendarTools
        title={shown?.title}
        view={view}
        onView={(chosen) => see(chosen)}
        onMove={(where) => api()?.[where]()}
      />
      {error !== null && <FailurePanel error={error} onRetry={() => void refetch()} />}
      <div className={styles.calendar} data-view={view} data-loaded={data !== undefined || undefined}>
        <FullCalendar
          ref={calendar}
          {...fullCalendarOptions}
          {...local}
          locale={language === 'de' ? 'de' : format.locale}
          now={() => naive(new Date())}
          initialView={views[view]}
          {...(day !== undefined && { initialDate: day })}
          noEventsContent={words.empty}
          events={events}
          slotMinTime={`${String(firstHour).padStart(2, '0')}:00`}
          // It has nothing but how many more there are.
          allDaySlot={(data?.more.size ?? 0) > 0}
          eventStartEditable={may.edit}
          eventContent={(content) => {
            const { occurrence } = detailsOf(content.event)
            return occurrence ? <EventContent {...content} occurrence={occurrence} /> : content.event.title
          }}
          eventClick={({ event }) => {
            const { occurrence, more } = detailsOf(event)
            if (more !== undefined) see('agenda', more)
            else if (occurrence) setAsked({ occurrence, target: undefined })
          }}
          eventDrop={onDrop}
          dateClick={({ dateStr }) => onDay(dateStr)}
          datesSet={onDates}
        />
      </div>
      {isAgenda && (
        <Group justify="center">
          <ShowMore {...all} />
        </Group>
      )}
      {asked && <MoveDialog {...asked} onClose={() => setAsked(undefined)} />}
    </Page>
  )
}

function detailsOf(event: { extendedProps: Record<string, unknown> }) {
  // Put there above.
  return event.extendedProps as { occurrence?: Occurrence; more?: string }
}

function viewOf(type: string): View {
  return viewNames.find((view) => views[view] === type) ?? 'month'
}

/** What is around today needs no name. Days of the calendar are written as UTC, and are those of the viewer. */
function dayOf({ currentStart, currentEnd }: ViewApi): string | undefined {
  const now = new Date(naive(new Date()))
  return currentStart <= now && now < currentEnd ? undefined : currentStart.toISOString().slice(0, 10)
}

/** FullCalendar's end is the first moment that is not shown. */
function daysOf(start: string, end: string): Days {
  const last = new Date(Date.parse(`${end.slice(0, 10)}T00:00:00Z`) - dayMs).toISOString()
  return { from: start.slice(0, 10), to: last.slice(0, 10) }
}

function naive(date: Date): string {
  const { date: day, time } = wallIn(date, viewerZone)
  return `${day}T${time}:00Z`
}

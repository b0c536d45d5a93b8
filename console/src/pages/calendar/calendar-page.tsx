import FullCalendar from '@fullcalendar/react'
import type { DatesSetArg, EventContentArg, EventDropArg, EventInput } from '@fullcalendar/core'
import deLocale from '@fullcalendar/core/locales/de'
import enGbLocale from '@fullcalendar/core/locales/en-gb'
import dayGridPlugin from '@fullcalendar/daygrid'
import interactionPlugin from '@fullcalendar/interaction'
import listPlugin from '@fullcalendar/list'
import timeGridPlugin from '@fullcalendar/timegrid'
import { ActionIcon, Alert, Button, Group, SegmentedControl, Text, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight, IconClockEdit, IconInfoCircle } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { useInUrl, useTextInUrl } from '../../parts/use-in-url.js'
import { viewerZone } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { wallIn } from '../editor/schedule.js'
import { firstWords } from '../reminders/summary.js'
import styles from './calendar.module.css'
import { MoveDialog } from './move-dialog.js'
import type { Wall } from './move-series.js'
import { mostFires, mostReminders, useOccurrences, type Occurrence } from './use-occurrences.js'

const views = { month: 'dayGridMonth', week: 'timeGridWeek', agenda: 'agenda' } as const
type View = keyof typeof views
const viewNames = Object.keys(views) as View[]

const plugins = [dayGridPlugin, timeGridPlugin, listPlugin, interactionPlugin]
const locales = [deLocale, enGbLocale]
/** What is to come, whichever month it is in. */
const ownViews = {
  agenda: {
    type: 'list',
    duration: { days: 30 },
    listDayFormat: { weekday: 'long', day: 'numeric', month: 'long' },
    listDaySideFormat: false,
  },
} as const
const clock = { hour: '2-digit', minute: '2-digit' } as const
/** Zones are at most so far from UTC, and the calendar's days are those of every reminder's own. */
const zonesMs = 14 * 3_600_000

/**
 * Each occurrence stands at the time of its reminder's own zone, so that a lesson at eight is at eight. To FullCalendar all of
 * them are one zone: it gets the wall times alone.
 */
export function CalendarPage() {
  const { text, format, language } = useSpoken()
  const { calendar: words } = text
  const may = useMay()
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const calendar = useRef<FullCalendar>(null)
  const [view, setView] = useInUrl('view', viewNames, isPhone ? 'agenda' : 'month')
  const [day, setDay] = useTextInUrl('day')
  const [shown, setShown] = useState<{ title: string; end: Date }>()
  const [asked, setAsked] = useState<{ occurrence: Occurrence; target: Wall | undefined }>()
  const { data, error, refetch } = useOccurrences(shown && new Date(shown.end.getTime() + zonesMs))
  const events = useMemo(
    () =>
      (data?.occurrences ?? []).map((occurrence): EventInput => ({
        id: `${occurrence.reminder.key} ${occurrence.at.toISOString()}`,
        title: firstWords(occurrence.reminder.definition, text),
        start: naive(occurrence.at, occurrence.reminder.definition.schedule.zone),
        extendedProps: { occurrence },
      })),
    [data, text],
  )
  const api = () => calendar.current?.getApi()

  function onDates({ view: { title, currentStart, currentEnd }, end }: DatesSetArg): void {
    setShown({ title, end })
    // What is around today needs no name.
    const isNow = currentStart <= new Date() && new Date() < currentEnd
    setDay(isNow ? '' : currentStart.toISOString().slice(0, 10))
  }

  function onDrop({ event, revert }: EventDropArg): void {
    const occurrence = occurrenceOf(event)
    const [date, time] = [event.startStr.slice(0, 10), event.startStr.slice(11, 16)]
    // It moves when the API says so.
    revert()
    setAsked({ occurrence, target: { date, time } })
  }

  return (
    <Page title={words.title} lead={may.edit ? words.lead : words.leadViewer} isWide>
      <div className={styles.tools}>
        <Group gap={4}>
          <Button variant="default" size="xs" onClick={() => api()?.today()}>
            {words.today}
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={words.before}
            onClick={() => api()?.prev()}
          >
            <IconChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={words.after}
            onClick={() => api()?.next()}
          >
            <IconChevronRight size={18} aria-hidden />
          </ActionIcon>
        </Group>
        <Title order={2} className={styles.title} aria-live="polite">
          {shown?.title}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={words.view}
          value={view}
          data={viewNames.map((value) => ({ value, label: words.views[value] }))}
          onChange={(chosen) => {
            setView(chosen)
            api()?.changeView(views[chosen])
          }}
        />
      </div>
      {error !== null && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data?.hasMoreReminders && <Note>{words.onlySome(format.number(mostReminders))}</Note>}
      {data?.hasMoreFires && <Note>{words.onlyFires(format.number(mostFires))}</Note>}
      <div className={styles.calendar} data-view={view} data-loaded={data !== undefined || undefined}>
        <FullCalendar
          ref={calendar}
          plugins={plugins}
          locales={locales}
          locale={language === 'de' ? 'de' : format.locale}
          timeZone="UTC"
          now={() => naive(new Date(), viewerZone)}
          views={ownViews}
          initialView={views[view]}
          {...(day !== '' && { initialDate: day })}
          headerToolbar={false}
          height="auto"
          allDaySlot={false}
          nowIndicator
          dayMaxEvents={4}
          // A day that is too full is seen whole in its week.
          moreLinkClick={({ date }) => {
            setView('week')
            api()?.changeView(views.week, date)
          }}
          moreLinkDidMount={({ el }) => el.setAttribute('role', 'button')}
          // By its number alone, a cell would be named as if it were empty.
          dayCellDidMount={({ el }) => el.removeAttribute('aria-labelledby')}
          moreLinkContent={({ num }) => words.more(format.number(num))}
          slotDuration="01:00"
          eventMinHeight={20}
          snapDuration="00:05:00"
          defaultTimedEventDuration="00:40"
          eventTimeFormat={clock}
          slotLabelFormat={clock}
          noEventsContent={words.empty}
          events={events}
          eventInteractive
          eventStartEditable={may.edit}
          eventDurationEditable={false}
          eventDidMount={({ el }) => (el.querySelector('a') ?? el).setAttribute('role', 'button')}
          eventContent={(content) => <EventContent {...content} />}
          eventClick={({ event }) => setAsked({ occurrence: occurrenceOf(event), target: undefined })}
          eventDrop={onDrop}
          datesSet={onDates}
        />
      </div>
      {asked && <MoveDialog {...asked} onClose={() => setAsked(undefined)} />}
    </Page>
  )
}

function EventContent({ event, timeText }: EventContentArg) {
  const { calendar: words } = useSpoken().text
  const { reminder, snoozedFrom } = occurrenceOf(event)
  const { zone } = reminder.definition.schedule
  return (
    <span className={styles.event} data-occurrence={reminder.key}>
      {snoozedFrom !== undefined && (
        <IconClockEdit size={13} role="img" aria-label={words.putOff} className={styles.mark} />
      )}
      <span className={styles.clock}>{timeText}</span>
      <bdi className={styles.name}>{event.title}</bdi>
      {zone !== viewerZone && <span className={styles.zone}>{zone}</span>}
    </span>
  )
}

function Note({ children }: { children: string }) {
  return (
    <Alert mb="sm" color="brass" icon={<IconInfoCircle aria-hidden />}>
      <Text size="sm">{children}</Text>
    </Alert>
  )
}

function occurrenceOf(event: { extendedProps: Record<string, unknown> }): Occurrence {
  // Put there above.
  return event.extendedProps['occurrence'] as Occurrence
}

function naive(date: Date, zone: string): string {
  const { date: day, time } = wallIn(date, zone)
  return `${day}T${time}:00Z`
}

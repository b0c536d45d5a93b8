import { Alert, Loader, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCalendarClock, IconClock, IconUsers } from '@tabler/icons-react'
import { memo, type ReactNode } from 'react'
import { InputError } from '../../../../src/client/errors.js'
import type { Preview } from '../../../../src/client/preview/reminder.js'
import { issueText, unreadText } from '../../parts/failure-panel.js'
import { viewerZone } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import type { Missing } from './draft.js'
import styles from './editor.module.css'

/** What saving would do: to whom, when, how long that takes, and what to think of before. */
export const Forecast = memo(function Forecast({
  preview,
  missing,
  error,
  isStale,
}: {
  preview: Preview | undefined
  missing: readonly Missing[]
  error: unknown
  isStale: boolean
}) {
  const { text } = useSpoken()
  const { editor } = text
  return (
    <section aria-label={editor.forecast}>
      <div className={styles.forecastHead}>
        <Title order={2}>{editor.forecast}</Title>
        {isStale && <Loader size={14} role="status" aria-label={editor.forecastStale} />}
      </div>
      {missing.length > 0 && (
        <ul className={styles.missing}>
          {missing.map((one) => (
            <li key={one}>{editor.missing[one]}</li>
          ))}
        </ul>
      )}
      {missing.length === 0 && error !== null && error !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={editor.problems}>
          {error instanceof InputError ? (
            <ul className={styles.issues}>
              {error.issues.map((issue) => (
                <li key={`${issue.field}${issue.expected}`}>{issueText(issue, text)}</li>
              ))}
            </ul>
          ) : (
            unreadText(error, text)
          )}
        </Alert>
      )}
      {missing.length === 0 && !error && preview && <Found preview={preview} isStale={isStale} />}
    </section>
  )
})

/** Of ten thousand, nobody reads each. */
const mostLeftOut = 50

function Found({ preview, isStale }: { preview: Preview; isStale: boolean }) {
  const { text, format, say, sayWhen } = useSpoken()
  const { editor } = text
  const { audience, delivery, occurrences, warnings, said, zone, words, definition } = preview
  const reached = audience.recipients.length
  return (
    <Stack gap="md" className={styles.found} data-stale={isStale || undefined}>
      {warnings.map((warning, index) => (
        <Alert key={warning} color="brass" icon={<IconAlertTriangle aria-hidden />} p="xs">
          {say(warning, said?.warnings?.[index])}
        </Alert>
      ))}
      <Fact icon={<IconUsers size={17} aria-hidden />}>
        <Text>{editor.willGoTo(reached, format.number(reached))}</Text>
        {audience.leftOut.length > 0 && (
          <details className={styles.leftOut}>
            <summary>{editor.leftOut(audience.leftOut.length)}</summary>
            <ul>
              {audience.leftOut.slice(0, mostLeftOut).map(({ jid, name, cannotPost, leftOutBecause }) => (
                <li key={jid}>
                  <bdi>{name ?? jid.split('@')[0]}</bdi>:{' '}
                  {cannotPost === undefined
                    ? leftOutBecause && editor.leftOutBecause[leftOutBecause]
                    : editor.cannotPost[cannotPost]}
                </li>
              ))}
              {audience.leftOut.length > mostLeftOut && (
                <li>{editor.leftOutMore(format.number(audience.leftOut.length - mostLeftOut))}</li>
              )}
            </ul>
          </details>
        )}
      </Fact>
      {delivery && (
        <Fact icon={<IconClock size={17} aria-hidden />}>
          <Text>
            {editor.willTake(
              delivery.sends,
              format.number(delivery.sends),
              format.duration(delivery.durationMs),
            )}
          </Text>
          <Text size="sm" c="dimmed">
            {editor.doneBy(format.moment(new Date(delivery.finishesAt), zone))}
          </Text>
        </Fact>
      )}
      <Fact icon={<IconCalendarClock size={17} aria-hidden />}>
        <Text>{sayWhen(definition.schedule, words)}</Text>
        {occurrences.length === 0 ? (
          <Text size="sm" c="dimmed">
            {editor.noTimes}
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed" mt={6}>
              {editor.nextTimes(occurrences.length)}
              {zone !== viewerZone && ` · ${text.common.inZone(zone)}`}
            </Text>
            <ol className={styles.times}>
              {occurrences.map(({ at, shift, isOffsetNew }) => (
                <li key={at}>
                  <time dateTime={at}>{format.moment(new Date(at), zone)}</time>
                  {shift?.kind === 'gap' && <em>{editor.gap(shift.asked)}</em>}
                  {shift?.kind === 'overlap' && <em>{editor.overlapShift}</em>}
                  {shift === undefined && isOffsetNew && <em>{editor.clockChange}</em>}
                </li>
              ))}
            </ol>
          </>
        )}
      </Fact>
    </Stack>
  )
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <span className={styles.factIcon}>{icon}</span>
      <div className={styles.factText}>{children}</div>
    </div>
  )
}

import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunProgress } from '../../../../src/client/runs/progress.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import { whoOf } from '../activity/subject.js'
import { heldBy } from './held-by.js'
import styles from './runs.module.css'
import { isStopped, wasStopped } from './stopped.js'

/** Enough to have the latest request among: a reminder is seldom changed while it is sent. */
const mostRequests = 50

/** Of a run that somebody paused or stopped: how far it had come, what still leaves, and who asked for that and why. */
export function Held({
  progress: { run, sends, targets, doneTargets, totalTargets },
}: {
  progress: RunProgress
}) {
  const { text, format } = useSpoken()
  const { runs } = text
  const now = useNow()
  const isStop = isStopped(run)
  const isHeld = isStop || run.state === 'paused'
  const { data } = useQuery({
    queryKey: keys.runAsked(run.id),
    queryFn: () => api.reminders.history(run.key, { limit: mostRequests }),
    enabled: isHeld,
  })
  if (!isHeld) return null
  const asked = data && heldBy(run, data.items)
  const all = format.number(totalTargets)
  return (
    <div className={styles.held} data-held={isStop ? 'stopped' : 'paused'}>
      <Text>
        <Text span inherit fw={550}>
          {wasStopped(run)
            ? runs.stoppedAt(format.number(targets.delivered), all)
            : isStop
              ? runs.stopping
              : runs.pausedAt(format.number(doneTargets), all)}
        </Text>
        {asked && (
          <Text span inherit c="dimmed">
            {' '}
            {runs.askedBy(
              whoOf(asked, text.activity),
              format.relative(asked.at, asked.at > now ? asked.at : now),
            )}
          </Text>
        )}
      </Text>
      {asked && asked.reason !== null && <Text>{runs.quoted(asked.reason)}</Text>}
      {run.state === 'paused' && (
        <Text size="sm" c="dimmed" data-leaves={sends.sending}>
          {sends.sending > 0
            ? runs.stillLeaves(sends.sending, format.number(sends.sending))
            : runs.nothingLeaves}
          {run.hold === 'reminder' && ` ${runs.withReminder}`}
        </Text>
      )}
    </div>
  )
}

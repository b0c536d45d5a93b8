import { Progress as Bar, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RunProgress } from '../../../../src/client/runs/progress.js'
import { isFinalRun } from '../../../../src/domain/states.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import { Held } from './held.js'
import styles from './runs.module.css'
import { useWaitWords } from './waits.js'

const colors = [
  ['delivered', 'verdigris.6'],
  ['failed', 'red.7'],
  ['expired', 'red.4'],
  ['unknown', 'brass.5'],
  ['skipped', 'gray.5'],
] as const

/** Less than this is said, and not counted. */
const soonMs = 3_000

/** How far a run is, how fast it goes, when it will be done, and what it waits for. */
export function Progress({ progress, children }: { progress: RunProgress; children: ReactNode }) {
  const { text, format } = useSpoken()
  const { runs } = text
  const now = useNow(1_000)
  const { run, targets, doneTargets, totalTargets, sends, totalSends } = progress
  const isOver = isFinalRun(run.state)
  const goesOn = !isOver && run.state !== 'paused'
  const waits = useWaitWords(progress, now)
  const leftMs = (progress.finishesAt?.getTime() ?? 0) - now.getTime()
  const share = (count: number): number => (totalTargets === 0 ? 0 : (100 * count) / totalTargets)
  return (
    <div className={styles.progress}>
      <div className={styles.head}>
        <Text component="p" m={0}>
          <span className={styles.big} data-done={doneTargets}>
            {runs.of(format.number(doneTargets), format.number(totalTargets))}
          </span>{' '}
          <Text span c="dimmed">
            {runs.recipientsDone}
          </Text>
        </Text>
        {children}
      </div>
      <Bar.Root size={10} className={styles.bar ?? ''}>
        {colors.map(
          ([state, color]) =>
            targets[state] > 0 && (
              <Bar.Section
                key={state}
                value={share(targets[state])}
                color={color}
                aria-label={`${runs.targetStates[state]}: ${format.number(targets[state])}`}
              />
            ),
        )}
      </Bar.Root>
      <Held progress={progress} />
      <dl className={styles.facts}>
        <Fact name={runs.targetStates.delivered}>
          {runs.messagesSent(format.number(sends.acked), format.number(totalSends))}
        </Fact>
        {goesOn && (
          <Fact name={runs.rate}>
            {progress.ratePerMinute === undefined
              ? runs.notYet
              : runs.perMinute(
                  // What a few seconds have, a minute has not.
                  format.number(Math.round(Math.min(progress.ratePerMinute, progress.limitPerMinute))),
                  format.number(progress.limitPerMinute),
                )}
          </Fact>
        )}
        {goesOn && (
          <Fact name={runs.eta}>
            {progress.finishesAt === undefined
              ? runs.notYet
              : leftMs < soonMs
                ? runs.etaSoon
                : `${format.duration(leftMs)} (${format.time(progress.finishesAt)})`}
          </Fact>
        )}
        {waits !== undefined && progress.waits?.kind !== 'operator' && (
          <Fact name={runs.waitsFor}>{waits}</Fact>
        )}
        {run.startedAt !== null && <Fact name={runs.started}>{format.moment(run.startedAt)}</Fact>}
        {run.finishedAt !== null && <Fact name={runs.finished}>{format.moment(run.finishedAt)}</Fact>}
        {!isOver && run.deadline !== null && <Fact name={runs.deadline}>{format.moment(run.deadline)}</Fact>}
      </dl>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunProgress } from '../../../../src/client/runs/progress.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { nameOf, targetLooks } from './run-state.js'
import styles from './runs.module.css'
import { whyWords } from './why.js'

/** Who has not got it, by what was in the way, with what to do about each; and what it was without from the beginning. */
export function Reasons({ progress: { run, targets } }: { progress: RunProgress }) {
  const { text, format, say } = useSpoken()
  const { runs } = text
  const { data } = useQuery({
    // Other counts, other reasons.
    queryKey: [...keys.runReasons(run.id), targets],
    queryFn: () => api.runs.show(run.id, { limit: 1 }),
    placeholderData: (before) => before,
  })
  const told = (data?.reasons ?? []).filter(({ state }) => state !== 'pending' && state !== 'delivered')
  const leftOut = data?.leftOut ?? []
  if (told.length + leftOut.length === 0) return null
  return (
    <section>
      <Title order={2} mb="xs">
        {runs.whyNot}
      </Title>
      <Panel hasRows>
        {told.map((one) => {
          const [what, advice] = whyWords(one, { text, say })
          return (
            <div key={`${one.state}${one.failure ?? ''}${one.reason ?? ''}`} className={styles.reason}>
              <StateMark {...targetLooks[one.state]}>{runs.targetStates[one.state]}</StateMark>
              <div>
                <Text>
                  <Text span inherit fw={550}>
                    {runs.whoCounts(one.count, format.number(one.count))}
                  </Text>
                  {` · ${what}`}
                </Text>
                {advice !== '' && (
                  <Text size="sm" c="dimmed">
                    {advice}
                  </Text>
                )}
              </div>
            </div>
          )
        })}
        {leftOut.length > 0 && (
          <details className={styles.leftOut}>
            <summary>
              {runs.leftOut}: {runs.whoCounts(leftOut.length, format.number(leftOut.length))}
            </summary>
            <ul>
              {leftOut.map((group) => (
                <li key={group.jid}>
                  <bdi>{nameOf(group)}</bdi>: {text.editor.cannotPost[group.why]}
                </li>
              ))}
            </ul>
          </details>
        )}
      </Panel>
    </section>
  )
}

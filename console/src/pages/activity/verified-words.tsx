import { Text } from '@mantine/core'
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react'
import type { LedgerChange } from '../../../../src/receipts/compare.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import styles from './activity.module.css'
import { subjectOf, type Names } from './subject.js'
import { useSubjectNames } from './use-subject-names.js'
import type { Verified } from './use-verification.js'

/** What was found, in words: that all is well, or the first thing that is not, and what to do. */
export function VerifiedWords({ verified }: { verified: Verified }) {
  const { text, format } = useSpoken()
  const { record } = text
  const { fault, changes, compared, from, rows } = verified
  const names = useSubjectNames(changes.map(({ of }) => of))
  const number = (value: number): string => format.number(value)
  if (fault !== undefined) {
    const { kind, seq, to } = fault
    const entry = to === undefined ? number(seq) : record.entryRange(number(seq), number(to))
    return (
      <div data-record="changed">
        <StateMark tone="bad" icon={IconAlertTriangle}>
          {record.changed}
        </StateMark>
        <Text mt={4}>{record.faults[kind](entry)}</Text>
        <Text mt={4}>{record.changedText}</Text>
      </div>
    )
  }
  if (changes.length > 0)
    return (
      <div data-record="ledger-changed">
        <StateMark tone="bad" icon={IconAlertTriangle}>
          {record.ledgerChanged}
        </StateMark>
        <Text mt={4}>{record.ledgerText}</Text>
        <ul className={styles.changes}>
          {changes.map((change) => (
            <li key={`${change.table}/${change.of}/${change.row ?? ''}/${change.kind}`}>
              <ChangeWords change={change} names={names} />
            </li>
          ))}
        </ul>
        <Text mt={4}>{record.changedText}</Text>
      </div>
    )
  return (
    <div data-record="whole">
      <StateMark tone="ok" icon={IconShieldCheck}>
        {record.whole}
      </StateMark>
      <Text mt={4}>{record.wholeText(number(rows), number(compared.runs), number(compared.actions))}</Text>
      {from > 1 && <Text c="dimmed">{record.wholeCut(number(from))}</Text>}
      {compared.purged > 0 && (
        <Text c="dimmed">{record.purged(compared.purged, number(compared.purged))}</Text>
      )}
    </div>
  )
}

function ChangeWords({ change, names }: { change: LedgerChange; names: Names }) {
  const { text, format } = useSpoken()
  const { record, activity } = text
  const { thing, name } = subjectOf(change.of, names)
  const fields = format.list((change.fields ?? []).map((field) => record.fields[field] ?? field))
  const what = record.change(
    record.kinds[change.kind],
    record.tables[change.table],
    activity.things[thing](name),
    fields,
  )
  const entry = change.seq === null ? record.neverWritten : record.asItWas(format.number(change.seq))
  return `${what}. ${entry}`
}

import { Button, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconEqual,
  IconGitCompare,
  IconPlus,
  type Icon,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { InputIssue } from '../../../../src/client/errors.js'
import { failureText, issueText } from '../../parts/failure-panel.js'
import { StateMark, type Tone } from '../../parts/state-mark.js'
import { When } from '../../parts/when.js'
import type { Catalogue } from '../../text/en/index.js'
import { sayIn } from '../../text/say.js'
import { useSpoken, useText } from '../../text/text.js'
import { audienceWords, firstWords } from '../reminders/summary.js'
import { Differences } from './differences.js'
import { FoundDetails } from './found-details.js'
import styles from './import-export.module.css'
import type { Found } from './look.js'
import type { Outcome } from './use-import.js'

type Mark = Found['kind'] | Outcome['kind']

const looks: Record<Mark, { tone: Tone; icon: Icon }> = {
  new: { tone: 'ok', icon: IconPlus },
  same: { tone: 'quiet', icon: IconEqual },
  differs: { tone: 'wait', icon: IconGitCompare },
  over: { tone: 'quiet', icon: IconBan },
  bad: { tone: 'bad', icon: IconAlertTriangle },
  created: { tone: 'ok', icon: IconCircleCheck },
  changed: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconAlertTriangle },
}

/** One reminder of a file: where it stands, what would become of it, and what is in its way. */
export function FoundRow({
  found,
  outcome,
  onChange,
}: {
  found: Found
  outcome: Outcome | undefined
  onChange: ((one: Found) => void) | undefined
}) {
  const { text, format, say, sayWhen } = useSpoken()
  const { importExport } = text
  const [isOpen, setOpen] = useState(false)
  const mark: Mark = outcome?.kind ?? found.kind
  const preview = found.kind === 'bad' ? undefined : found.preview
  return (
    <article className={styles.row} data-found={found.kind} data-outcome={outcome?.kind}>
      <div className={styles.head}>
        <div className={styles.what}>
          <Text fw={550} truncate>
            <bdi>{preview ? firstWords(preview.definition, text) : (found.key ?? importExport.noKey)}</bdi>
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {importExport.line(found.line)}
            {preview && ` · ${preview.key} · ${sayWhen(preview.definition.schedule, preview.words)}`}
          </Text>
        </div>
        {preview && (
          <div className={styles.to}>
            <Text size="sm" truncate>
              {audienceWords(preview.definition, text, format)}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {preview.nextFire === undefined ? (
                preview.definition.account
              ) : (
                <When date={new Date(preview.nextFire)} zone={preview.definition.schedule.zone} />
              )}
            </Text>
          </div>
        )}
        <StateMark {...looks[mark]}>{importExport.marks[mark]}</StateMark>
      </div>
      {outcome?.kind === 'failed' && (
        <Text size="sm" className={styles.bad} role="alert">
          {failureText(outcome.error, text)}
        </Text>
      )}
      {found.kind === 'bad' && <Issues issues={found.issues} />}
      {preview && found.kind !== 'same' && preview.warnings.length > 0 && (
        <ul className={styles.warnings}>
          {preview.warnings.map((warning, index) => (
            <li key={warning}>
              <IconAlertTriangle size={15} aria-hidden className={styles.warningIcon} />
              {say(warning, preview.said?.warnings?.[index])}
            </li>
          ))}
        </ul>
      )}
      {found.kind === 'over' && (
        <Text size="sm" c="dimmed">
          {importExport.overHelp}
        </Text>
      )}
      {found.kind === 'differs' && <Differences preview={found.preview} />}
      {(found.kind === 'new' || found.kind === 'differs') && (
        <div className={styles.tools}>
          {found.kind === 'differs' && onChange && (
            <Button size="compact-sm" variant="default" onClick={() => onChange(found)}>
              {importExport.changeOne}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? importExport.hideDetails : importExport.details}
          </Button>
        </div>
      )}
      {isOpen && found.kind !== 'bad' && <FoundDetails found={found} />}
    </article>
  )
}

function Issues({ issues }: { issues: Extract<Found, { kind: 'bad' }>['issues'] }) {
  const text = useText()
  const { importExport } = text
  return (
    <ul className={styles.issues}>
      {issues.map((issue) => (
        <li key={`${issue.field}${issue.expected}`}>
          <strong>
            {importExport.line(issue.line)}, {importExport.field(issue.field)}
          </strong>
          : {whatToDo(issue, text)}
        </li>
      ))}
    </ul>
  )
}

function whatToDo(issue: InputIssue, text: Catalogue): string {
  const { images, expectedGot } = text.importExport
  const { got, said } = issue
  // The API speaks of uploads, which are ours to make.
  if (got !== undefined && said?.expected?.code === 'imageUploaded')
    return /^'[0-9a-f]{50}/.test(got) ? images.fromElsewhere : images.addIt(got)
  const wanted = issueText(issue, text)
  return got === undefined ? wanted : expectedGot(wanted, sayIn(text, got, said?.got))
}

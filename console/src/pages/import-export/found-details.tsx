import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { draftOf } from '../editor/draft.js'
import { Forecast } from '../editor/forecast.js'
import { DraftPreview } from '../editor/draft-preview.js'
import styles from './import-export.module.css'
import type { Found } from './look.js'

const shownTimes = 5

/** To whom, when and how long: what the editor shows of a reminder before it is saved. */
export function FoundDetails({ found }: { found: Exclude<Found, { kind: 'bad' }> }) {
  const {
    input,
    preview: { key, definition },
  } = found
  const { data, error, isFetching } = useQuery({
    queryKey: keys.preview(key, JSON.stringify(input)),
    queryFn: () => api.reminders.preview({ ...input, key }, { next: shownTimes }),
    retry: false,
  })
  const draft = useMemo(() => draftOf(key, definition), [key, definition])
  return (
    <div className={styles.details}>
      <DraftPreview draft={draft} />
      <Forecast preview={data} missing={[]} error={error} isStale={isFetching} />
    </div>
  )
}

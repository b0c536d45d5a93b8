import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import { localZone } from '../../api/stand-ins/local-zone.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { LoadingRows } from '../../parts/panel.js'
import { useSession } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { useAccounts } from '../accounts/use-accounts.js'
import { draftOf, emptyDraft } from './draft.js'
import { draftPlace, type StoredDraft } from './draft-store.js'
import { Editor } from './editor.js'

export function NewReminderPage() {
  const { editor } = useText()
  const { operatorId } = useSession()
  const { on } = useSearch({ from: '/reminders/new' })
  const { data: accounts, error, refetch } = useAccounts()
  if (accounts === undefined)
    return (
      <Page title={editor.newTitle}>
        {error === null ? <LoadingRows /> : <FailurePanel error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  // One that can send, where there is one.
  const first = accounts.find(({ state }) => state === 'connected') ?? accounts[0]
  return (
    <Editor
      place={draftPlace(operatorId, undefined)}
      fresh={() => ({
        draft: emptyDraft({ account: first?.id, zone: localZone(), ...(on !== undefined && { on }) }),
      })}
      accounts={accounts}
    />
  )
}

export function EditReminderPage() {
  const { editor } = useText()
  const { key } = useParams({ from: '/reminders/$key/edit' })
  const { operatorId } = useSession()
  const accounts = useAccounts()
  const reminder = useQuery({
    queryKey: keys.reminder(key),
    queryFn: () => api.reminders.show(key),
    // What is being edited does not change under the hands of who edits it.
    staleTime: Infinity,
    refetchOnMount: 'always',
  })
  const error = reminder.error ?? accounts.error
  if (reminder.data === undefined || accounts.data === undefined || !reminder.isFetchedAfterMount)
    return (
      <Page title={editor.editTitle} lead={key}>
        {error === null ? (
          <LoadingRows />
        ) : (
          <FailurePanel error={error} onRetry={() => void reminder.refetch()} />
        )}
      </Page>
    )
  const { data } = reminder
  return (
    <Editor
      key={key}
      place={draftPlace(operatorId, key)}
      fresh={() => startOf(data)}
      latest={async () => startOf(await api.reminders.show(key))}
      accounts={accounts.data}
    />
  )
}

function startOf({
  key,
  definition,
  digest,
}: Pick<ReminderDetails, 'key' | 'definition' | 'digest'>): StoredDraft {
  const original = draftOf(key, definition)
  return { draft: original, original, digest }
}

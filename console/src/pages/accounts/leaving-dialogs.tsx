import { Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'

type DialogProps = { account: AccountView; onClose: () => void }

/** Asks for something of the account, and tells where it is asked for and not done yet. */
function useAsk(
  ask: (options: { reason?: string; requestId: string }) => Promise<{ confirmed: boolean }>,
  onClose: () => void,
) {
  const { text } = useSpoken()
  const queries = useQueryClient()
  return useDeed({
    mutationFn: (options: { reason?: string }, requestId) => ask({ ...options, requestId }),
    onSuccess: ({ confirmed }) => {
      if (!confirmed) tellDone(text.failures.asked)
      onClose()
    },
    onError: (error) => tellFailure(error, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.accounts }),
  })
}

export function PauseDialog({ account, onClose }: DialogProps) {
  const { text } = useSpoken()
  const [reason, setReason] = useState('')
  const pause = useAsk((options) => api.accounts.pauseSends(account.id, options), onClose)
  return (
    <Confirm
      isOpen
      title={text.leaving.pauseTitle(account.id)}
      action={text.accounts.pauseAll}
      isBusy={pause.isPending}
      onConfirm={() => pause.mutate(reason.trim() === '' ? {} : { reason: reason.trim() })}
      onClose={onClose}
    >
      <Text>{text.leaving.pauseText}</Text>
      <TextInput
        label={text.common.reason}
        description={text.common.reasonHelp}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </Confirm>
  )
}

export function UnlinkDialog({ account, onClose }: DialogProps) {
  const { text } = useSpoken()
  const unlink = useAsk((options) => api.accounts.unlink(account.id, options), onClose)
  return (
    <Confirm
      isOpen
      isDanger
      title={text.leaving.unlinkTitle(account.id)}
      action={text.accounts.unlink}
      isBusy={unlink.isPending}
      onConfirm={() => unlink.mutate({})}
      onClose={onClose}
    >
      {text.leaving.unlinkText}
    </Confirm>
  )
}

export function RemoveDialog({ account, onClose }: DialogProps) {
  const { text, format } = useSpoken()
  const { leaving } = text
  const [typed, setTyped] = useState('')
  const { data } = useQuery({
    queryKey: keys.removal(account.id),
    queryFn: () => api.accounts.previewRemoval(account.id),
    staleTime: 0,
  })
  const remove = useAsk((options) => api.accounts.remove(account.id, options), onClose)
  return (
    <Confirm
      isOpen
      isDanger
      title={leaving.removeTitle(account.id)}
      action={text.accounts.remove}
      isBusy={remove.isPending}
      isDisabled={typed.trim() !== account.id}
      onConfirm={() => remove.mutate({})}
      onClose={onClose}
    >
      <Text>{leaving.removeText}</Text>
      {data !== undefined && (data.reminders > 0 || data.runs > 0) && (
        <Text>
          {data.reminders > 0 && leaving.removeReminders(data.reminders, format.number(data.reminders))}{' '}
          {data.runs > 0 && leaving.removeRuns(data.runs, format.number(data.runs))}
        </Text>
      )}
      <TextInput
        label={leaving.typeId(account.id)}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </Confirm>
  )
}

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { changesOfDraft, inputOfDraft, missingIn, type Draft } from './draft.js'

/** After the last key. */
const askAfterMs = 350
const shownTimes = 10

/** What saving this would do, asked of the API as one writes. Nothing is stored by it. */
export function useDryRun(draft: Draft, original: Draft | undefined) {
  const isWhole = missingIn(draft).length === 0
  const input = original === undefined ? inputOfDraft(draft) : changesOfDraft(draft, original)
  const [asked] = useDebouncedValue(JSON.stringify(input), askAfterMs)
  const query = useQuery({
    queryKey: keys.preview(draft.key, asked),
    queryFn: () =>
      api.reminders.preview(JSON.parse(asked) as typeof input, {
        next: shownTimes,
        ...(original !== undefined && { key: draft.key }),
      }),
    enabled: isWhole,
    placeholderData: keepPreviousData,
    retry: false,
    // Times go by, and others use the account, too.
    staleTime: 15_000,
    gcTime: 60_000,
  })
  return { ...query, isStale: isWhole && (query.isFetching || asked !== JSON.stringify(input)) }
}

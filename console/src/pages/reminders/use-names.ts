import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useText } from '../../text/text.js'
import { firstWords } from './summary.js'

/** The latest ones, of which most runs are; of the others their keys are shown. */
const mostNames = 500

/** What people know reminders by, by their keys. */
export function useReminderNames(): ReadonlyMap<string, string> {
  const text = useText()
  const { data } = useQuery({
    queryKey: keys.reminderList({ names: true }),
    queryFn: () => api.reminders.list({ limit: mostNames }),
    select: ({ items }) => new Map(items.map(({ key, definition }) => [key, firstWords(definition, text)])),
  })
  return data ?? noNames
}

const noNames: ReadonlyMap<string, string> = new Map()

import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useMay, useSession } from '../../shell/use-session.js'
import { useReminderNames } from '../reminders/use-names.js'
import { remindersIn, type Names } from './subject.js'

const none: ReadonlyMap<string, string> = new Map()
const mostTokens = 500

/** What people know these things by; of tokens and webhooks all, where one may see them. */
export function useSubjectNames(subjects: readonly string[]): Names {
  const may = useMay()
  const { accounts } = useSession()
  const enabled = may.own && accounts === null
  const reminders = useReminderNames(remindersIn(subjects))
  const { data: tokens = none } = useQuery({
    queryKey: [...keys.tokens, 'names'],
    queryFn: () => api.tokens.list({ limit: mostTokens }),
    select: ({ items }) => new Map(items.map(({ id, name }) => [id, name])),
    enabled,
  })
  const { data: webhooks = none } = useQuery({
    queryKey: keys.webhooks,
    queryFn: () => api.webhooks.list(),
    select: (endpoints) => new Map(endpoints.map(({ id, url }) => [id, new URL(url).host])),
    enabled,
  })
  return { reminders, tokens, webhooks }
}

import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useMay, useSession } from '../../shell/use-session.js'
import { useReminderNames } from '../reminders/use-names.js'
import type { Names } from './subject.js'

const none: ReadonlyMap<string, string> = new Map()
const mostTokens = 500

/** What people know things by; of tokens and webhooks where one may see them. */
export function useSubjectNames(): Names {
  const may = useMay()
  const { accounts } = useSession()
  const enabled = may.own && accounts === null
  const reminders = useReminderNames()
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

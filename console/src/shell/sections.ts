import {
  IconBell,
  IconBrandTelegram,
  IconBrandWhatsapp,
  IconCalendar,
  IconHistory,
  IconHome,
  IconKey,
  IconMailExclamation,
  IconSend,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Role } from '../../../src/domain/access.js'
import { api } from '../api/client.js'
import { keys } from '../data/keys.js'
import type { Catalogue } from '../text/en/index.js'
import { useSession } from './use-session.js'

/** Bots are seldom added. */
const botsStaleMs = 300_000

type Section = {
  name: keyof Catalogue['shell']['sections']
  to: string
  icon: Icon
  letter: string
  isOwners?: true
  ofBots?: true
}

/** In the order of the side bar. `letter`: after `g`, goes there. `isOwners`: the API shows it to nobody else; `ofBots`: to editors, where there are bots. */
const sections = [
  { name: 'overview', to: '/', icon: IconHome, letter: 'o' },
  { name: 'reminders', to: '/reminders', icon: IconBell, letter: 'r' },
  { name: 'calendar', to: '/calendar', icon: IconCalendar, letter: 'c' },
  { name: 'runs', to: '/runs', icon: IconSend, letter: 'u' },
  { name: 'accounts', to: '/accounts', icon: IconBrandWhatsapp, letter: 'a' },
  { name: 'activity', to: '/activity', icon: IconHistory, letter: 'y' },
  { name: 'webhooks', to: '/webhooks', icon: IconWebhook, letter: 'w', isOwners: true },
  { name: 'telegram', to: '/telegram', icon: IconBrandTelegram, letter: 'm', isOwners: true },
  { name: 'inbox', to: '/inbox', icon: IconMailExclamation, letter: 'i', ofBots: true },
  { name: 'tokens', to: '/tokens', icon: IconKey, letter: 't', isOwners: true },
  { name: 'settings', to: '/settings', icon: IconSettings, letter: 's' },
] as const satisfies readonly Section[]

/** Where who is signed in can go to. */
export function useSections() {
  const { role } = useSession()
  const hasBots = useHasBots(role)
  return useMemo(
    () =>
      sections.filter(
        (section) => (!('isOwners' in section) || role === 'owner') && (!('ofBots' in section) || hasBots),
      ),
    [role, hasBots],
  )
}

/** Bots are shown to owners alone; editors see what came to them. */
function useHasBots(role: Role): boolean {
  const { data } = useQuery({
    queryKey: keys.hasBots(role),
    queryFn: async () =>
      role === 'owner'
        ? (await api.bots.list()).length > 0
        : (await api.inbox.list({ limit: 1 })).items.length > 0,
    enabled: role === 'owner' || role === 'editor',
    staleTime: botsStaleMs,
  })
  return data ?? false
}

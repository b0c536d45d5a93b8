import {
  IconBell,
  IconBrandWhatsapp,
  IconCalendar,
  IconHistory,
  IconHome,
  IconKey,
  IconSend,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react'
import type { Role } from '../../../src/domain/access.js'
import type { Catalogue } from '../text/en/index.js'

type Section = {
  name: keyof Catalogue['shell']['sections']
  to: string
  icon: Icon
  letter: string
  isOwners?: true
}

/** In the order of the side bar. `letter`: after `g`, goes there. `isOwners`: the API shows it to nobody else. */
const sections = [
  { name: 'overview', to: '/', icon: IconHome, letter: 'o' },
  { name: 'reminders', to: '/reminders', icon: IconBell, letter: 'r' },
  { name: 'calendar', to: '/calendar', icon: IconCalendar, letter: 'c' },
  { name: 'runs', to: '/runs', icon: IconSend, letter: 'u' },
  { name: 'accounts', to: '/accounts', icon: IconBrandWhatsapp, letter: 'a' },
  { name: 'activity', to: '/activity', icon: IconHistory, letter: 'y' },
  { name: 'webhooks', to: '/webhooks', icon: IconWebhook, letter: 'w', isOwners: true },
  { name: 'tokens', to: '/tokens', icon: IconKey, letter: 't', isOwners: true },
  { name: 'settings', to: '/settings', icon: IconSettings, letter: 's' },
] as const satisfies readonly Section[]

export function sectionsFor(role: Role) {
  return sections.filter((section) => !('isOwners' in section) || role === 'owner')
}

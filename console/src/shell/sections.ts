import { IconBell, IconBrandWhatsapp, IconHome, IconSend, IconSettings, type Icon } from '@tabler/icons-react'
import type { Catalogue } from '../text/en/index.js'

export type Section = { name: keyof Catalogue['shell']['sections']; to: string; icon: Icon; letter: string }

/** In the order of the side bar. `letter`: after `g`, goes there. */
export const sections = [
  { name: 'overview', to: '/', icon: IconHome, letter: 'o' },
  { name: 'reminders', to: '/reminders', icon: IconBell, letter: 'r' },
  { name: 'runs', to: '/runs', icon: IconSend, letter: 'u' },
  { name: 'accounts', to: '/accounts', icon: IconBrandWhatsapp, letter: 'a' },
  { name: 'settings', to: '/settings', icon: IconSettings, letter: 's' },
] as const satisfies readonly Section[]

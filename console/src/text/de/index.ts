import type { Catalogue } from '../en/index.js'
import { en } from '../en/index.js'
import { accounts, leaving, limits, linking } from './accounts.js'
import { common, failures } from './common.js'
import { reminders } from './reminders.js'
import { settings, shell, signIn } from './shell.js'

export const de: Catalogue = {
  ...en,
  accounts,
  common,
  failures,
  leaving,
  limits,
  linking,
  reminders,
  settings,
  shell,
  signIn,
}

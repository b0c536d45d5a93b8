import type { Catalogue } from '../en/index.js'
import { accounts, leaving, limits, linking } from './accounts.js'
import { activity, tokens, webhooks } from './admin.js'
import { calendar } from './calendar.js'
import { common, failures } from './common.js'
import { editor } from './editor.js'
import { inbox } from './inbox.js'
import { overview, start } from './overview.js'
import { reminders } from './reminders.js'
import { reminder, runs } from './runs.js'
import { settings, shell, signIn } from './shell.js'

export const de: Catalogue = {
  accounts,
  activity,
  calendar,
  common,
  editor,
  failures,
  inbox,
  leaving,
  limits,
  linking,
  overview,
  reminder,
  reminders,
  runs,
  settings,
  shell,
  signIn,
  start,
  tokens,
  webhooks,
}

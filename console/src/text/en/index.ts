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

/** Every text of the console. Other languages have this type, so that one that lacks a text does not compile. */
export const en = {
  activity,
  overview,
  start,
  tokens,
  webhooks,
  accounts,
  calendar,
  common,
  editor,
  failures,
  inbox,
  leaving,
  limits,
  linking,
  reminder,
  reminders,
  runs,
  settings,
  shell,
  signIn,
}

export type Catalogue = typeof en

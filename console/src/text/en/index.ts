import { accounts, leaving, limits, linking } from './accounts.js'
import { activity, receipts, record } from './activity.js'
import { calendar } from './calendar.js'
import { common, failures } from './common.js'
import { editor } from './editor.js'
import { importExport } from './import-export.js'
import { inbox } from './inbox.js'
import { media } from './media.js'
import { overview, start } from './overview.js'
import { reminders } from './reminders.js'
import { reminder, runs } from './runs.js'
import { settings } from './settings.js'
import { shell, signIn } from './shell.js'
import { telegram } from './telegram.js'
import { tokens } from './tokens.js'
import { webhooks } from './webhooks.js'
import type { Language } from '../language.js'

/** Every text of the console. Other languages have this type, so that one that lacks a text does not compile. */
export const en = {
  language: 'en' as Language,
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
  importExport,
  inbox,
  leaving,
  limits,
  linking,
  media,
  receipts,
  record,
  reminder,
  reminders,
  runs,
  settings,
  shell,
  signIn,
  telegram,
}

export type Catalogue = typeof en

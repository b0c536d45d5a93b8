import type { FirstTexts } from '../en/index.js'
import { accounts, leaving, limits, linking } from './accounts.js'
import { activity, receipts, record } from './activity.js'
import { calendar } from './calendar.js'
import { common, failures } from './common.js'
import { inbox } from './inbox.js'
import { media } from './media.js'
import { overview, start } from './overview.js'
import { reminders } from './reminders.js'
import { reminder, runs } from './runs.js'
import { shell, signIn } from './shell.js'

export const first: FirstTexts = {
  language: 'de',
  accounts,
  activity,
  calendar,
  common,
  failures,
  inbox,
  leaving,
  limits,
  linking,
  media,
  overview,
  receipts,
  record,
  reminder,
  reminders,
  runs,
  shell,
  signIn,
  start,
}

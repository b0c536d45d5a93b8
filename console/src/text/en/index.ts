import { accounts, leaving, limits, linking } from './accounts.js'
import { common, failures } from './common.js'
import { reminders } from './reminders.js'
import { settings, shell, signIn } from './shell.js'

/** Every text of the console. Other languages have this type, so that one that lacks a text does not compile. */
export const en = { accounts, common, failures, leaving, limits, linking, reminders, settings, shell, signIn }

export type Catalogue = typeof en

import type { Command } from 'commander'
import { definitionDefaults, mediaKinds, overlapPolicies, type MediaKind } from '../../domain/definition.js'
import type { ReminderInput } from '../../client/input/schema/reminder.js'
import { repeated, wholeNumber, wholeNumberOrNone } from '../options.js'

/** The flags that say what a reminder is: the same for create, preview, edit and clone. */
export type ReminderFlags = Partial<Record<MediaKind, string>> & {
  file?: string
  key?: string
  account?: string
  to?: string[]
  text?: string
  caption?: string
  at?: string
  zone?: string
  repeat?: string[]
  cron?: string
  start?: string
  until?: string
  count?: number | 'none'
  except?: string[]
  also?: string[]
  anchor?: string
  step?: string[]
  window?: string
  overlap?: string
  priority?: number
  catchUp?: string
  deliverWithin?: string
  onUncertain?: string
  groupConcurrency?: number
  ratePerMinute?: number | 'none'
}

const mediaHelp: Record<MediaKind, string> = { image: 'a JPEG, PNG or WebP file; sent after the text' }

export function contentOptions(command: Command): Command {
  command
    .option('-f, --file <path>', 'YAML or JSON file with the fields')
    .option('--account <id>', 'the account that sends it (needed when you have several)')
    .option('--to <recipient>', 'group name, group JID, +number, or "all groups" (repeatable)', repeated)
    .option('--text <text>', 'the text')
  for (const kind of mediaKinds) command.option(`--${kind} <path>`, mediaHelp[kind])
  return command.option('--caption <text>', `the text under the ${mediaKinds.join(' or ')}`)
}

export function scheduleOptions(command: Command): Command {
  return command
    .option(
      '--at <time>',
      'once: "tomorrow 09:00", "in 10 minutes", 2026-11-24T09:00 or an ISO time with offset',
    )
    .option('--zone <zone>', "IANA zone of all times (default: this machine's)")
    .option('--cron <fields>', 'again and again: "0 8 * * MON,THU" is 08:00 each Monday and Thursday')
    .option(
      '--repeat <rule>',
      'the same as an RRULE: "FREQ=WEEKLY;BYDAY=MO,TH" (repeatable, a calendar line each)',
      repeated,
    )
    .option(
      '--start <time>',
      'the first time of a repetition, for a rule without a time of day: "monday 08:00"',
    )
    .option('--until <date>', 'the last day or time of a repetition, inclusive')
    .option('--count <number>', 'how many times in all', wholeNumberOrNone)
    .option('--except <date>', 'a day or time to leave out (repeatable)', repeated)
    .option('--also <time>', 'a time beside the rule (repeatable)', repeated)
    .option('--anchor <time>', 'what steps count from: an exam, a birthday')
    .option('--step <offset>', '"-3d", "-1d 18:00", "-1h" or "at" (repeatable)', repeated)
    .option('--window <hours>', 'hours in which sends are allowed: "08:00-20:00", "08:00-20:00 mo-fr"')
    .option(
      '--overlap <policy>',
      `due while a run is under way: ${overlapPolicies.join(', ')}; ${definitionDefaults.overlap} by default`,
    )
}

export function policyOptions(command: Command): Command {
  return command
    .option('--priority <0-9>', 'higher goes first where two wait for an account (5)', wholeNumber)
    .option('--catch-up <duration>', 'how late it may still start, for example 30m (1h)')
    .option('--deliver-within <duration>', 'after this long, what is not sent expires (12h)')
    .option(
      '--on-uncertain <policy>',
      'not known whether it left: resend under the same id (default) or unknown',
    )
    .option('--group-concurrency <1-20>', 'so many groups at once (3)', wholeNumber)
    .option(
      '--rate-per-minute <count>',
      "fewer messages in any 60 s than the account's limit allows",
      wholeNumberOrNone,
    )
}

/** The flags as fields of the input. */
export function inputOfFlags({ file: _file, repeat, step, ...flags }: ReminderFlags): ReminderInput {
  return {
    ...flags,
    ...(repeat !== undefined && { repeat: repeat.join('\n') }),
    ...(step !== undefined && { steps: step }),
  } as ReminderInput
}

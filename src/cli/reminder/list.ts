import { Option, InvalidArgumentError, type Command } from 'commander'
import { localZone } from '../../client/input/context.js'
import { searchedIn } from '../../domain/search.js'
import { parseTime } from '../../client/input/time.js'
import {
  reminderSorts,
  scheduleKinds,
  type ReminderSort,
  type ReminderState,
  type ScheduleKind,
} from '../../domain/states.js'
import type { ExitCode } from '../exit-codes.js'
import type { Act, CommandContext } from '../io.js'
import {
  listOptions,
  listQuery,
  orderOptions,
  repeated,
  searchOptions,
  type ListOptions,
} from '../options.js'
import { printReminders } from './output.js'

type ReminderListOptions = ListOptions<ReminderState, ReminderSort> & {
  key?: string[]
  deleted?: boolean
  kind?: ScheduleKind
  firesFrom?: string
  firesUntil?: string
  count?: boolean
}

export function listCommand(reminder: Command, act: Act): void {
  const ordered = orderOptions(listOptions(reminder.command('list'), 'reminders'), reminderSorts)
  searchOptions(ordered, searchedIn)
    .description('as they were created, or as they fire')
    .option('--key <key>', 'this one, also when it was deleted (repeatable)', repeated)
    .option('--deleted', 'those that were deleted')
    .addOption(
      new Option('--kind <kind>', `only those of this kind: ${scheduleKinds.join(', ')}`).choices(
        scheduleKinds,
      ),
    )
    .option('--fires-from <time>', 'with --sort next: no earlier than this', instant)
    .option('--fires-until <time>', 'with --sort next: no later than this', instant)
    .option('--count', 'say how many there are on all pages')
    .action(async (options: ReminderListOptions) => await act((context) => list(context, options)))
}

/** As times are written everywhere; without a zone it is that of this machine. */
function instant(text: string): string {
  const time = parseTime({ text, zone: localZone(), now: new Date() })
  if (time.kind === 'instant') return time.at
  throw new InvalidArgumentError(time.expected)
}

async function list(
  context: CommandContext,
  { key, deleted, kind, firesFrom, firesUntil, count, ...options }: ReminderListOptions,
): Promise<ExitCode> {
  const { reminders } = await context.client()
  const page = await reminders.list({
    ...listQuery(options),
    ...(key !== undefined && { keys: key }),
    ...(deleted !== undefined && { deleted }),
    ...(kind !== undefined && { kind }),
    ...(firesFrom !== undefined && { firesFrom }),
    ...(firesUntil !== undefined && { firesUntil }),
    ...(count !== undefined && { count }),
  })
  return printReminders(context, page)
}

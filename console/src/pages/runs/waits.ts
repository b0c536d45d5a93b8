import { reminderKeyOf } from '../../../../src/domain/ids.js'
import type { RunProgress, RunWait } from '../../../../src/client/runs/progress.js'
import type { Catalogue } from '../../text/en/index.js'
import type { Format } from '../../text/format.js'
import { useSpoken } from '../../text/text.js'
import { useReminderNames } from '../reminders/use-names.js'

/** What a run waits for, and until when where that is known; undefined while it waits for nothing, or that is not known yet. */
export function useWaitWords(
  progress: Pick<RunProgress, 'run' | 'waits'> | undefined,
  now: Date,
): string | undefined {
  const { text, format } = useSpoken()
  const { run, waits } = progress ?? {}
  const holder = waits?.kind === 'turn' ? waits.holder : undefined
  const names = useReminderNames(holder === undefined ? [] : [reminderKeyOf(holder)])
  if (run === undefined || waits === undefined) return undefined
  const { accountId } = run
  const until = 'until' in waits ? waits.until : undefined
  const what = whatFor(waits, { accountId, text, format, names })
  if (until === undefined) return what
  return `${what}; ${text.runs.waitsUntil(format.moment(until), format.relative(until, now))}`
}

function whatFor(
  wait: RunWait,
  {
    accountId,
    text,
    format,
    names,
  }: { accountId: string; text: Catalogue; format: Format; names: ReadonlyMap<string, string> },
): string {
  const { waits } = text.runs
  switch (wait.kind) {
    case 'operator':
    case 'groups':
    case 'preparing':
    case 'people':
      return waits[wait.kind]
    case 'window':
      return wait.until === undefined ? waits.windowTooLate : waits.window
    case 'pausedAccount':
      return waits.pausedAccount(accountId)
    case 'account':
      return waits.account(accountId, text.accounts.states[wait.state]?.[0] ?? wait.state)
    case 'turn': {
      if (wait.holder === undefined) return waits.turn(accountId)
      const key = reminderKeyOf(wait.holder)
      return waits.turnAfter(names.get(key) ?? key)
    }
    case 'dailyCap':
      return waits.dailyCap(accountId, format.number(wait.limit))
    case 'reminderLimit':
      return waits.reminderLimit(format.number(wait.limit))
    case 'accountLimit':
      return waits.accountLimit(accountId, format.number(wait.limit))
  }
}

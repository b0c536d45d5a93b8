import type { ForAccess } from '../../client/client.js'
import { CarillonError } from '../../client/errors.js'
import type { OfBot } from '../../inbox/sealed.js'
import type { BotUser } from '../../store/inbox/bot-users.js'
import { accessOf } from './access.js'
import { progressText } from './text.js'

/** How a run stands, as a person on the allow-list may see it. Undefined where there is no such run for them any more. */
export type TellRun = (
  of: OfBot,
  user: BotUser,
  runId: string,
) => Promise<{ text: string; isOver: boolean } | undefined>

export function tellRun(forOperator: ForAccess): TellRun {
  return async (of, user, runId) => {
    try {
      return progressText(await forOperator(accessOf(of, user)).runs.progress(runId))
    } catch (error) {
      if (error instanceof CarillonError && error.code === 'not_found') return undefined
      throw error
    }
  }
}

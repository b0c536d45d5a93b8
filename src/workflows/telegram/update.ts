import { CancellationScope, condition, setHandler, sleep, workflowInfo } from '@temporalio/workflow'
import type { UpdateKey } from '../../domain/telegram.js'
import {
  redriveSignal,
  turnSignal,
  type IdentifiedRequest,
  type OperatorRequest,
} from '../../protocol/messages.js'
import type { UpdateEnd, UpdateTurn } from '../../protocol/payloads.js'
import { readOperatorRequest, recordedRequest } from '../operator-request.js'
import { waitUntil } from '../waiting.js'
import { inbox, tryUpdate } from './proxies.js'

/**
 * What a signal decides is begun by another task than the one that it came with: of a task that is given up and comes again
 * with more signals, the SDK takes a local activity for another one (see src/workflows/mailbox.ts).
 */
const decidedMs = 10

/**
 * One update of a bot, from its arrival until it is handled. Its id is the bot's and Telegram's own of the update, so there is
 * one however often Telegram sends it. Its row says what is to be done: this waits for its turn in its chat, has it tried, and
 * waits for the next try. A dead one waits here until it is re-driven. See docs/decisions/0062.
 */
export async function telegramUpdate(key: UpdateKey): Promise<UpdateEnd> {
  let turns = 0
  let received = 0
  const redrives: IdentifiedRequest[] = []
  setHandler(turnSignal, () => {
    turns += 1
  })
  setHandler(redriveSignal, (payload?: OperatorRequest) => {
    const request = readOperatorRequest(redriveSignal.name, payload)
    received += 1
    if (request) redrives.push({ requestId: `${workflowInfo().runId}:${received}`, ...request })
  })

  return await CancellationScope.nonCancellable(async () => {
    let seen = turns
    let turn: UpdateTurn = await inbox.lookAtTurn(key)
    for (;;)
      switch (turn.kind) {
        case 'ended':
          return { kind: turn.end }
        case 'behind':
          await condition(() => turns !== seen)
          // A try says itself where it is not its turn yet.
          turn = { kind: 'go' }
          break
        case 'dead': {
          await condition(() => turns !== seen || redrives.length > 0)
          const request = redrives.shift()
          await sleep(decidedMs, { summary: 'it is re-driven' })
          if (request) await inbox.redriveUpdate({ ...key, request: recordedRequest(request) })
          seen = turns
          turn = await inbox.lookAtTurn(key)
          break
        }
        case 'go': {
          seen = turns
          // They came while it was not dead, or with the one that has re-driven it: none is kept until it is dead again.
          redrives.length = 0
          const tried = await tryUpdate(key)
          if (tried.kind !== 'again') {
            turn = tried
            break
          }
          const tryAtMs = Date.now() + tried.afterMs
          // Somebody may say that there is something to see: then it is looked at, and the time is kept.
          while (await waitUntil(tryAtMs, () => turns !== seen, 'until it is tried again')) {
            seen = turns
            turn = await inbox.lookAtTurn(key)
            if (turn.kind !== 'go') break
          }
          break
        }
      }
  })
}

import { differences, type Difference, type ReminderDefinition } from '../../domain/definition.js'
import { reminderWorkflowId } from '../../domain/ids.js'
import type { ReminderState } from '../../domain/states.js'
import { findDefinition } from '../../store/reminders/definitions.js'
import type { ReminderView } from '../../store/views/reminders.js'
import { editReminderUpdate } from '../../protocol/messages.js'
import type { ClientContext } from '../context.js'
import { changesSchedule, keptContent, mergedInput } from '../input/edit.js'
import { CarillonError, definitionChanged, InputError, type DefinitionChangedError } from '../errors.js'
import { findActive, missingWorkflow } from './find.js'
import { pastIssue } from './first-fire.js'
import { inputContext } from '../input/context.js'
import { describeValue } from '../input/issues.js'
import type { ReminderInput } from '../input/schema/reminder.js'
import { readReminderInput } from '../input/reminder.js'
import { operatorRequest, type RequestOptions } from '../temporal/signals.js'
import { storeReminder } from './store.js'
import { answerTimeoutMs, askWorkflow } from '../temporal/updates.js'
import { say } from '../../domain/sentences/say.js'

export type EditOptions = RequestOptions & {
  /** Where relative image paths begin; the current folder when not given. */
  folder?: string
  /** Only while the definition has this digest. */
  ifDigest?: string
  /** What words such as "in 10 minutes" count from, the same for each attempt at one request; now when not given. */
  writtenAt?: Date
}

export type EditResult = {
  kind: 'edited' | 'unchanged'
  key: string
  state: ReminderState
  /** An instant in UTC; missing where the calendar has no occurrence to come. */
  nextFire?: string
  definition: ReminderDefinition
  /** Of that definition. */
  digest: string
  before: ReminderDefinition
  /** What is different now; never a personal value. */
  differences: Difference[]
  warnings: string[]
}

/** Lays the changes over the reminder. The newest edit wins; a run under way keeps what it began with. */
export async function editReminder(
  context: ClientContext,
  { key, changes, options }: { key: string; changes: ReminderInput; options: EditOptions },
): Promise<EditResult> {
  const request = operatorRequest(context, options.reason, options.requestId)
  const existing = await findActive(context, key, 'edit')
  const { ifDigest } = options
  if (ifDigest !== undefined && existing.digest !== ifDigest)
    throw await changedSince(context, existing, ifDigest)
  const before = existing.definition
  refuseNothing(key, changes)
  const now = new Date()
  const input = { ...mergedInput(before, changes), key }
  const { writtenAt = now, folder } = options
  const read = await readReminderInput(input, await inputContext(context, { now: writtenAt, folder }), {
    kept: keptContent(before, changes),
  })
  const { definition, warnings } = read
  const past = changesSchedule(changes) ? pastIssue(definition, now) : undefined
  if (past?.kind === 'issue') throw new InputError([past.issue])
  if (past?.kind === 'warning') warnings.push(past.text)

  const common = { key, definition, before, differences: differences(before, definition), warnings }
  const { state, nextFire } = existing
  if (common.differences.length === 0)
    return {
      kind: 'unchanged',
      ...common,
      digest: existing.digest,
      state,
      ...(nextFire && { nextFire: nextFire.toISOString() }),
    }
  const digest = await storeReminder(context.database, read)
  try {
    const answer = await askWorkflow(context.temporal, {
      workflowId: reminderWorkflowId(context.operator, key),
      update: editReminderUpdate,
      args: [{ ...request, digest, ...(ifDigest !== undefined && { ifDigest }) }],
      updateId: request.requestId,
      timeoutMs: options.timeoutMs ?? answerTimeoutMs,
      ifMissing: missingWorkflow(existing),
    })
    return { ...common, ...answer, digest }
  } catch (error) {
    const isChanged = error instanceof CarillonError && error.code === 'changed' && ifDigest !== undefined
    if (!isChanged) throw error
    throw await changedSince(context, await findActive(context, key, 'edit'), ifDigest)
  }
}

/** Its own definitions alone are compared: a digest names that of others, too. */
async function changedSince(
  { database, operator }: ClientContext,
  { key, digest, definition }: ReminderView,
  seen: string,
): Promise<DefinitionChangedError> {
  const found = await findDefinition(database, seen)
  const isOwn = found !== undefined && found.owner === operator
  return definitionChanged(key, {
    digest,
    differences: isOwn ? differences(found.definition, definition) : undefined,
  })
}

function refuseNothing(key: string, changes: ReminderInput): void {
  const given = Object.entries(changes).filter(([name, value]) => value !== undefined && name !== 'key')
  if (changes.key !== undefined && changes.key !== key)
    throw new InputError([
      {
        field: 'key',
        got: describeValue(changes.key),
        expected: say('keyStays', { key }),
      },
    ])
  if (given.length === 0) throw new InputError([{ field: 'reminder', expected: say('oneFieldToChange') }])
}

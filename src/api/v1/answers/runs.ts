import { z } from 'zod'
import { runStates, targetStates } from '../../../domain/states.js'
import { sendStates } from '../../../store/views/progress.js'
import { cannotPost } from './groups.js'
import { confirmationOf, count, instant, instantText, maybe, pageOf } from './values.js'

export const runAnswer = z
  .object({
    id: z.string(),
    key: z.string().meta({ description: 'Of its reminder.' }),
    accountId: z.string(),
    state: z.enum(runStates),
    reason: maybe(z.string()).meta({ description: 'Why it waits, or why it ended.' }),
    priority: count,
    scheduledAt: instant,
    deadline: maybe(instant),
    waitsUntil: maybe(instant).meta({ description: 'When it goes on by itself, where that is known.' }),
    createdAt: instant,
    startedAt: maybe(instant),
    finishedAt: maybe(instant),
  })
  .meta({ id: 'Run' })
export const runsAnswer = pageOf(runAnswer)
export const runConfirmation = confirmationOf(runAnswer)

export const targetCounts = z.record(z.enum(targetStates), count)

export const progressAnswer = z
  .object({
    run: runAnswer,
    targets: targetCounts,
    totalTargets: count,
    doneTargets: count,
    sends: z.record(z.enum(sendStates), count),
    totalSends: count,
    ratePerMinute: z.number().optional().meta({ description: 'Sends a minute, measured over the last.' }),
    limitPerMinute: count,
    etaMs: z.number().optional(),
    finishesAt: instant.optional(),
    unsentAtDeadline: count.optional().meta({
      description: 'Messages that will not be sent, since the time to deliver ends before.',
    }),
    waitsFor: z.string().optional().meta({ description: 'Missing while it is sending or over.' }),
  })
  .meta({ id: 'Progress' })

export const targetAnswer = z
  .object({
    ordinal: count.meta({ description: 'Its place in the run, from 0.' }),
    jid: z.string(),
    subject: maybe(z.string()),
    state: z.enum(targetStates),
    reason: maybe(z.string()),
    failure: maybe(z.string()),
    doneAt: maybe(instant),
    partsSent: count,
    parts: count,
    leftOutDevices: count,
  })
  .meta({ id: 'Target' })
export const targetsAnswer = pageOf(targetAnswer)

export const runDetailsAnswer = z.object({
  progress: progressAnswer,
  reasons: z.array(
    z.object({
      state: z.enum(targetStates),
      reason: maybe(z.string()),
      failure: maybe(z.string()),
      count,
    }),
  ),
  targets: targetsAnswer,
  leftOut: z
    .array(z.object({ jid: z.string(), subject: maybe(z.string()), why: cannotPost }))
    .meta({ description: 'Of all groups, those that the account might not write to when it began.' }),
})

export const retriedAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('retried'), targets: count, deadline: instantText, run: runAnswer }),
  z.object({ kind: z.literal('already'), run: runAnswer }),
  z.object({ kind: z.literal('nothing'), counts: targetCounts, run: runAnswer }),
])

export const sendAnswer = z
  .object({
    ordinal: count.meta({ description: 'The place of its target in the run.' }),
    part: count.meta({ description: 'The place of the message, from 0.' }),
    messageId: z.string().meta({ description: "WhatsApp's, the same on every try." }),
    state: z.enum(sendStates),
    attempts: count,
    failure: maybe(z.string()),
    sendingAt: maybe(instant),
    ackedAt: maybe(instant),
  })
  .meta({ id: 'Send' })
export const sendsAnswer = pageOf(sendAnswer)

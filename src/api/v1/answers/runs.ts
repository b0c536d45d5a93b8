import { z } from 'zod'
import { part } from '../../../domain/definition.js'
import { accountStates, runStates, targetStates } from '../../../domain/states.js'
import { sendStates } from '../../../store/views/progress.js'
import { cannotPost } from './groups.js'
import { confirmationOf, count, instant, instantText, maybe, pageOf } from './values.js'
import { saidIn } from './said.js'

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
    hold: maybe(z.enum(['run', 'reminder', 'cancel'])).meta({
      description:
        'What an operator has stopped, the run or its reminder; `cancel` until a canceled run has come to its end.',
    }),
    createdAt: instant,
    startedAt: maybe(instant),
    finishedAt: maybe(instant),
    said: saidIn('reason'),
  })
  .meta({ id: 'Run' })
export const runsAnswer = pageOf(runAnswer)
export const runConfirmation = confirmationOf(runAnswer)

export const targetCounts = z.record(z.enum(targetStates), count)

/** The English sentence of the same is `waitsFor`. */
const waitAnswer = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['operator', 'pausedAccount', 'groups', 'preparing']) }),
    z.object({ kind: z.enum(['window', 'people']), until: instant.optional() }),
    z.object({ kind: z.literal('account'), state: z.enum(accountStates), until: instant.optional() }),
    z.object({ kind: z.literal('turn'), holder: z.string().optional() }),
    z.object({ kind: z.literal('dailyCap'), limit: count, until: instant }),
    z.object({ kind: z.enum(['reminderLimit', 'accountLimit']), limit: count }),
  ])
  .meta({ id: 'RunWait' })

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
    waits: waitAnswer.optional().meta({
      description: 'The same for programs. `holder` is the run whose turn it is.',
    }),
    said: saidIn('waitsFor'),
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
    said: saidIn('reason'),
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
      said: saidIn('reason'),
    }),
  ),
  targets: targetsAnswer,
  leftOut: z
    .array(z.object({ jid: z.string(), subject: maybe(z.string()), why: cannotPost }))
    .meta({ description: 'Of all groups, those that the account might not write to when it began.' }),
  parts: z
    .array(part)
    .meta({ description: 'What it sends, as it was when it began: an edit after that is of later ones.' }),
})

export const retriedAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('retried'), targets: count, deadline: instantText, run: runAnswer }),
  z.object({ kind: z.literal('already'), run: runAnswer }),
  z.object({ kind: z.literal('nothing'), counts: targetCounts, run: runAnswer }),
])

export const sentPerHourAnswer = z.object({
  zone: z.string(),
  hours: z
    .array(
      z.object({
        at: instant.meta({ description: 'When it begins.' }),
        sent: count.meta({ description: 'Messages that WhatsApp acknowledged in it.' }),
        accounts: z
          .record(z.string(), count)
          .meta({ description: 'The same for each account that sent any.' }),
      }),
    )
    .meta({ description: 'Those that began within the last 24 hours; the last one is that of now.' }),
})

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

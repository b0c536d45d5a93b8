import { z } from 'zod'
import { cannotPostText, type CannotPost } from '../../../domain/groups.js'
import { count, instant, maybe } from './values.js'

export const cannotPost = z.enum(Object.keys(cannotPostText) as [CannotPost, ...CannotPost[]])

export const groupAnswer = z
  .object({
    jid: z.string(),
    subject: z.string().meta({ description: 'Its name, which `to` takes, too.' }),
    participants: count,
    cannotPost: maybe(cannotPost).meta({ description: 'Why the account may not write to it.' }),
    fetchedAt: instant,
  })
  .meta({ id: 'Group' })

export const groupsReadAnswer = z
  .object({
    accountId: z.string(),
    isConnected: z.boolean(),
    groups: count,
    readAt: maybe(instant).meta({ description: 'Null before all were read: there may be more.' }),
    failure: maybe(z.string()),
    failingSince: maybe(instant),
    retryAt: maybe(instant),
  })
  .meta({ id: 'GroupsRead' })

export const groupsAnswer = z.object({ account: z.string(), groups: z.array(groupAnswer) })

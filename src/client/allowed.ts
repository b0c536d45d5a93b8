import { mayActAs, type Access, type Role } from '../domain/access.js'
import type { CarillonClient } from './client.js'
import { CarillonError } from './errors.js'
import { say } from '../domain/sentences/say.js'

/** What it takes, and whether it also takes a token for all accounts of its operator. */
export type Needs = Role | { role: Role; allAccounts: true }

type Table = {
  [Part in Exclude<keyof CarillonClient, 'reconcile'>]: Record<keyof CarillonClient[Part], Needs>
} & { reconcile: Needs }

const everywhere = (role: Role): Needs => ({ role, allAccounts: true })

/** What each function takes of a token. One that is missing does not compile. */
export const needs: Table = {
  accounts: {
    list: 'viewer',
    show: 'viewer',
    previewRemoval: 'viewer',
    pauseSends: 'editor',
    resumeSends: 'editor',
    set: 'owner',
    pairing: 'owner',
    startPairing: 'owner',
    pair: 'owner',
    unlink: 'owner',
    remove: 'owner',
    add: everywhere('owner'),
  },
  groups: { list: 'viewer', read: 'viewer', refresh: 'editor' },
  reminders: {
    preview: 'viewer',
    previewMany: 'viewer',
    list: 'viewer',
    show: 'viewer',
    history: 'viewer',
    upcoming: 'viewer',
    occurrences: 'viewer',
    create: 'editor',
    createMany: 'editor',
    edit: 'editor',
    snooze: 'editor',
    skip: 'editor',
    pause: 'editor',
    resume: 'editor',
    cancel: 'editor',
    delete: 'editor',
    fire: 'editor',
    clone: 'editor',
  },
  runs: {
    list: 'viewer',
    show: 'viewer',
    progress: 'viewer',
    sentPerHour: 'viewer',
    targets: 'viewer',
    sends: 'viewer',
    receipt: 'viewer',
    watch: 'viewer',
    pause: 'editor',
    resume: 'editor',
    cancel: 'editor',
    retryFailed: 'editor',
  },
  // They hear of every account, and an address can be a secret by itself.
  webhooks: {
    list: everywhere('owner'),
    add: everywhere('owner'),
    remove: everywhere('owner'),
    enable: everywhere('owner'),
    test: everywhere('owner'),
    deliveries: everywhere('owner'),
    redeliver: everywhere('owner'),
  },
  // Who has a bot's token can be the bot, and who is linked acts for the operator.
  bots: {
    list: everywhere('owner'),
    add: everywhere('owner'),
    remove: everywhere('owner'),
    link: everywhere('owner'),
    unlink: everywhere('owner'),
  },
  // What people wrote to a bot is shown to owners alone.
  inbox: {
    list: everywhere('viewer'),
    show: everywhere('owner'),
    redrive: everywhere('editor'),
    redriveAll: everywhere('editor'),
  },
  media: { upload: 'editor', read: 'viewer' },
  tokens: { create: everywhere('owner'), list: everywhere('owner'), revoke: everywhere('owner') },
  audit: {
    list: everywhere('viewer'),
    chain: everywhere('viewer'),
    receipts: everywhere('viewer'),
    verify: everywhere('viewer'),
  },
  reconcile: everywhere('owner'),
}

export function isAllowed(access: Access, needed: Needs): boolean {
  const { role, allAccounts } = spelled(needed)
  return mayActAs(access, role) && !(allAccounts && access.accounts !== undefined)
}

/** @throws CarillonError `forbidden`, before anything is looked at: of a thing that is not there it says the same */
export function requireAllowed(access: Access, needed: Needs): void {
  const { role, allAccounts } = spelled(needed)
  if (!mayActAs(access, role))
    throw new CarillonError('forbidden', say('roleTooLow', { role: access.role, needed: role }))
  if (allAccounts && access.accounts !== undefined) throw new CarillonError('forbidden', say('tokenOfSome'))
}

function spelled(needed: Needs): { role: Role; allAccounts: boolean } {
  return typeof needed === 'string' ? { role: needed, allAccounts: false } : needed
}

/** The same client, which does what the token allows. */
export function allowed(client: CarillonClient, access: Access): CarillonClient {
  const { reconcile, ...parts } = client
  const limited = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      limitedPart(part, needs[name as keyof typeof parts], access),
    ]),
  ) as Omit<CarillonClient, 'reconcile'>
  return {
    ...limited,
    reconcile: async (options) => {
      requireAllowed(access, needs.reconcile)
      return await reconcile(options)
    },
  }
}

function limitedPart<Part extends object>(
  part: Part,
  table: Record<keyof Part, Needs>,
  access: Access,
): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...values: unknown[]): unknown => {
        try {
          requireAllowed(access, table[name as keyof Part])
        } catch (error) {
          // As all of them that can be refused: `watch` is everybody's.
          return Promise.reject(error)
        }
        return Reflect.apply(member, target, values)
      }
    },
  })
}

/** What each control call does. */
import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { AppState } from './app-state.js'
import { faultRequest, requests } from './contract.js'
import type { AccountState, Endpoints, Group, Inbox, InboxMessage, Person, Stats } from './contract.js'
import { ControlError } from './failure.js'
import type { Faults } from './faults.js'
import type { Groups } from './groups.js'
import type { History } from './history.js'
import type { Incoming } from './incoming.js'
import { lidJid, lidOf, phoneJid, SERVER } from './jid.js'
import type { MediaServer } from './media.js'
import type { Messages } from './messages.js'
import { node, seconds, type BinaryNode } from './node.js'
import type { Pairing } from './pairing.js'
import type { PostOffice, Receipt } from './post-office.js'
import type { PrivacyTokens } from './privacy-tokens.js'
import type { Queries } from './queries.js'
import type { Restrictions } from './restrictions.js'
import type { RecipientsLink } from './recipients/link.js'
import type { Switchboard } from './switchboard.js'
import type { Networks } from './way.js'
import type { World } from './world.js'

export type Settings = {
  retryReceipts: boolean
  deliveryReceipts: boolean
  acceptingConnections: boolean
  /** false: what is accepted is counted, and no recipient gets it */
  decrypting: boolean
  /** of WhatsApp Web's versions, 2.3000.n: the oldest that may log in or link, and the one that browsers get */
  oldestRevision: number
  currentRevision: number
}

export type Parts = {
  world: World
  post: PostOffice
  media: MediaServer
  groups: Groups
  pairing: Pairing
  messages: Messages
  faults: Faults
  switchboard: Switchboard
  queries: Queries
  restrictions: Restrictions
  tokens: PrivacyTokens
  incoming: Incoming
  history: History
  appState: AppState
  link: RecipientsLink
  settings: Settings
  sendReceipt: (receipt: Receipt) => void
  networks: Networks
  unlink: (account: string, device?: number) => number[]
  endpoints: Endpoints
}

export type Routes = { [name: string]: { input: z.ZodType; run: (input: unknown) => unknown } }

const route = <S extends z.ZodType>(input: S, run: (input: z.output<S>) => unknown) => ({
  input,
  run: (value: unknown) => run(value as z.output<S>),
})

const nothing = z.strictObject({})

export const createRoutes = (parts: Parts): Routes => {
  const { world, post, media, groups, pairing, messages, faults, switchboard, queries, restrictions } = parts
  const { link, settings, tokens, incoming, history, appState } = parts

  const accountState = (phone: string): AccountState => {
    const { name, devices } = world.account(phone)
    const states = [...devices.values()].map(({ device, name: shownAs, linkedAt, prekeys }) => ({
      device,
      ...(shownAs !== undefined && { name: shownAs }),
      linkedAt,
      prekeys,
      connected: switchboard.of(phone, device).length > 0,
    }))
    return {
      phone,
      lid: lidOf(phone),
      name,
      devices: states,
      connected: states.some(({ connected }) => connected),
    }
  }

  const person = (phone: string): Person => ({ phone, ...(world.hasLid(phone) && { lid: lidOf(phone) }) })

  const inbox = async (recipient: string, withMedia: boolean): Promise<Inbox> => {
    const { messages: shown, undecryptable } = post.inboxes.of(recipient)
    const read = shown.map(async ({ media: sealed, ...message }): Promise<InboxMessage> => {
      if (!sealed) return message
      const { mediaKey: _key, directPath: _path, url: _url, ...described } = sealed
      if (!withMedia) return { ...message, media: described }
      return { ...message, media: described, downloaded: await link.download(sealed, media.host) }
    })
    return { recipient, messages: await Promise.all(read), undecryptable }
  }

  const stats = (): Stats => {
    const reads = post.reads()
    return {
      stanzas: post.stanzas.length,
      distinctMessages: post.distinct,
      duplicates: post.stanzas.length - post.distinct,
      decrypted: post.inboxes.decrypted,
      decryptErrors: post.inboxes.decryptErrors,
      undecryptable: reads.reduce((sum, { waiting }) => sum + waiting, 0),
      retryReceipts: post.retryReceipts,
      pending: post.pending,
      connections: switchboard.size,
      uploads: media.uploads().count,
      messages: reads,
      unhandled: queries.unhandled,
    }
  }

  return {
    'GET /': route(nothing, () => parts.endpoints),
    'GET /accounts': route(nothing, () => [...world.accounts.keys()].map(accountState)),
    'POST /accounts': route(requests.createAccount, ({ phone, name = `Account ${phone.slice(-4)}` }) => {
      world.addPeople([phone])
      if (!world.accounts.has(phone)) world.change({ t: 'account', phone, name, nextDevice: 1 })
      return accountState(phone)
    }),
    'GET /people': route(nothing, (): Person[] => world.people.map(person)),
    'POST /people': route(requests.createPeople, ({ phones, withLid }): Person[] => {
      world.addPeople(phones, { withLid })
      return phones.map(person)
    }),
    'POST /people/lid': route(requests.giveLid, ({ phone }) => {
      world.addPeople([phone])
      world.giveLid(phone)
      return person(phone)
    }),
    'POST /people/lid-only': route(requests.refuseNumber, ({ phone }) => {
      world.addPeople([phone])
      world.change({ t: 'lidOnly', phone })
      return {}
    }),
    'POST /people/written': route(requests.writeNumber, ({ phone, as }) => {
      world.addPeople([phone])
      world.change({ t: 'written', phone, as })
      return {}
    }),
    'POST /people/number': route(requests.changeNumber, ({ phone, number, told }) => {
      const before = world.numberOf(phone)
      world.addPeople([phone])
      world.change({ t: 'number', phone, number })
      if (told) switchboard.tellAll(numberChange({ before, number, lid: lidJid(phone) }))
      return {}
    }),
    'GET /asked-numbers': route(nothing, () => queries.askedNumbers),
    'POST /people/companions': route(requests.setCompanions, ({ phone, devices }) => {
      world.addPeople([phone])
      world.change({ t: 'companions', phone, devices: [...new Set(devices)] })
      return {}
    }),
    'POST /people/reinstall': route(requests.reinstall, ({ phones }) => {
      world.addPeople(phones)
      for (const phone of phones) {
        const installation = world.installationOf(phone) + 1
        world.change({ t: 'installed', reader: phone, installation })
        link.reinstall(phone, installation)
      }
      return {}
    }),
    'POST /retry-receipts': route(requests.askAgain, ({ account, chat, messageId: id, ...asked }) => {
      const [device] = world.account(account).devices.keys()
      if (device === undefined)
        throw new ControlError(409, `Account ${account} has no linked device: link one`)
      const { recipients, attempt } = asked
      for (const recipient of recipients)
        parts.sendReceipt({
          kind: 'retry',
          account,
          device,
          chat: world.chatOf(chat),
          id,
          recipient,
          attempt,
        })
      return {}
    }),
    'GET /groups': route(nothing, (): Group[] => [...world.groups.values()]),
    'POST /groups': route(requests.createGroup, ({ jid = freshJid(), members, ...group }) => {
      if (world.groups.has(jid)) throw new ControlError(409, `Group ${jid} exists: take another jid, or none`)
      return groups.create({ jid, ...group, members: [...new Set(members)] })
    }),
    'POST /groups/end': route(requests.endGroup, ({ jid }) => {
      groups.end(jid)
      return {}
    }),
    'POST /groups/rename': route(requests.renameGroup, ({ jid, subject }) => groups.rename(jid, subject)),
    'POST /groups/closed': route(requests.setClosed, ({ jid, closed }) => groups.setClosed(jid, closed)),
    'POST /groups/admins': route(requests.setAdmins, ({ jid, admins }) => groups.setAdmins(jid, admins)),
    'POST /groups/ephemeral': route(requests.setEphemeral, ({ jid, seconds }) =>
      groups.setEphemeral(jid, seconds),
    ),
    'POST /groups/announce': route(requests.announceGroups, ({ account, jids }) => {
      groups.announce(account, jids)
      return {}
    }),
    'POST /groups/add': route(requests.changeMembers, ({ jid, members }) => groups.add(jid, members)),
    'POST /groups/remove': route(requests.changeMembers, ({ jid, members }) => groups.remove(jid, members)),
    'POST /pairing/qr': route(requests.scanQr, async ({ account, qr }) => ({
      device: await pairing.scan(account, qr),
    })),
    'POST /pairing/code': route(requests.enterPairingCode, async ({ account, code }) => ({
      device: await pairing.enterCode(account, code),
    })),
    'POST /unlink': route(requests.unlink, ({ account, device }) => ({
      devices: parts.unlink(account, device),
    })),
    'POST /disconnect': route(requests.disconnect, ({ account, how }) => ({
      sockets: switchboard.disconnect(how, account),
    })),
    'POST /stream-error': route(requests.streamError, ({ account, code, child, attrs }) => ({
      sockets: switchboard.end(
        account,
        node(
          'stream:error',
          code === undefined ? {} : { code },
          child === undefined ? [] : [node(child, attrs)],
        ),
      ),
    })),
    'POST /network': route(requests.setNetwork, ({ account, ...network }) => {
      parts.networks.set(network, account)
      return {}
    }),
    'POST /new-chats': route(requests.lockNewChats, ({ account, seconds, told }) => {
      world.account(account)
      restrictions.setLock(account, Date.now() + 1_000 * seconds, told)
      return {}
    }),
    'POST /incoming': route(requests.sendIncoming, async (request) => ({
      ids: await incoming.send(request),
    })),
    'POST /history': route(requests.sendHistory, (request) => history.send(request)),
    'POST /app-state': route(requests.changeAppState, async (request) => {
      await appState.change(request)
      return {}
    }),
    'POST /app-state/key': route(requests.account, async ({ account }) => {
      await appState.shareKey(account)
      return {}
    }),
    'GET /app-state': route(requests.account, ({ account }) => ({ queries: appState.queries[account] ?? 0 })),
    'POST /privacy-tokens/want': route(requests.wantTokens, ({ account, people }) => {
      world.addPeople(people)
      tokens.want(account, people)
      return {}
    }),
    'POST /privacy-tokens/give': route(requests.giveToken, ({ account, person: by }) => {
      world.addPeople([by])
      tokens.give(account, by)
      return {}
    }),
    'GET /mailboxes': route(requests.account, ({ account }) =>
      [...world.account(account).devices.keys()].map((device) =>
        switchboard.mailboxes.look({ account, device }),
      ),
    ),
    'POST /mailboxes/drop': route(requests.dropMailbox, ({ account }) => {
      for (const device of world.account(account).devices.keys())
        switchboard.mailboxes.forget({ account, device })
      switchboard.sendAtLogIn(account, dirtyGroups())
      return {}
    }),
    'GET /downloads': route(nothing, () => media.downloads),
    'GET /faults': route(nothing, () => faults.list()),
    'POST /faults': route(faultRequest, (request) => faults.add(scoped(world, request))),
    'DELETE /faults': route(requests.clearFaults, ({ id }) => faults.clear(id)),
    'POST /acks/release': route(nothing, () => ({ released: messages.releaseAcks() })),
    'GET /settings': route(nothing, () => settings),
    'POST /settings': route(requests.settings, (changes) => {
      return Object.assign(settings, changes)
    }),
    'POST /settled': route(requests.settled, async ({ timeoutMs }) => {
      await post.settled(timeoutMs)
      return stats()
    }),
    'GET /inbox': route(requests.inbox, ({ recipient, media: withMedia }) => inbox(recipient, withMedia)),
    'GET /inboxes': route(nothing, () =>
      Promise.all(post.inboxes.recipients.map((who) => inbox(who, false))),
    ),
    'GET /stanzas': route(requests.stanzas, ({ account, chat, messageId }) =>
      post.stanzas.filter(
        (stanza) =>
          (account === undefined || stanza.account === account) &&
          (chat === undefined || stanza.chat === world.chatOf(chat)) &&
          (messageId === undefined || stanza.id === messageId),
      ),
    ),
    'GET /chats': route(nothing, () => post.chats()),
    'GET /uploads': route(nothing, () => media.uploads()),
    'GET /metadata-queries': route(nothing, () => groups.queries),
    'GET /stats': route(nothing, stats),
  }
}

const dirtyGroups = () =>
  node('ib', { from: SERVER }, [node('dirty', { type: 'groups', timestamp: seconds() })])

const freshJid = (): string => `120363${String(randomInt(10 ** 12)).padStart(12, '0')}@g.us`

const numberChange = ({ before, number, lid }: { before: string; number: string; lid: string }): BinaryNode =>
  node('notification', { from: SERVER, id: randomBytes(8).toString('hex'), type: 'contacts', t: seconds() }, [
    node('modify', { old: phoneJid(before), new: phoneJid(number), old_lid: lid, new_lid: lid }),
  ])

const scoped = <T extends z.output<typeof faultRequest>>(world: World, request: T): T =>
  'chat' in request && request.chat !== undefined ? { ...request, chat: world.chatOf(request.chat) } : request

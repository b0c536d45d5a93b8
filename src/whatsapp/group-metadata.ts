import {
  forgetGroup,
  groupsAreFresh,
  markGroupChanged,
  readGroupMetadata,
  renameGroup,
  replaceGroups,
  saveGroups,
  type GroupRow,
} from '../store/groups.js'
import type { Queryable } from '../store/database.js'
import { areJidsSameUser, type BaileysEventMap, type GroupMetadata, type WASocket } from './baileys.js'
import { groupQueryFailure } from './errors.js'

const defaultTtlMs = 6 * 60 * 60 * 1_000

export type GroupOptions = {
  accountId: string
  epoch: number
  database: Queryable
  ttlMs: number | undefined
  onChanged: (() => void) | undefined
  /** Takes what nobody waits for: it logs a failure and keeps it from being unhandled. */
  inBackground: (work: Promise<unknown>) => void
}

type GroupSocket = Pick<WASocket, 'groupMetadata' | 'groupFetchAllParticipating' | 'ev' | 'user'>

export type Groups = {
  /** Answers from Postgres at each call, and asks WhatsApp at most once per group and TTL. @throws GatewayFailure */
  metadata(jid: string): Promise<GroupMetadata>
  /** @throws GatewayFailure */
  refresh(): Promise<void>
  /** Returns whether they had aged. */
  refreshIfAged(): Promise<boolean>
  changed(jid: string): Promise<void>
}

/** The groups of one session's account: kept in Postgres, kept true by WhatsApp's events. */
export function followGroups(socket: () => GroupSocket, options: GroupOptions): Groups & { listen(): void } {
  const { accountId, epoch, database } = options
  const ttlMs = options.ttlMs ?? defaultTtlMs
  const flights = new Map<string, Promise<void>>()

  /** Whoever asks while the same query is under way waits for that one. */
  const once = (name: string, query: () => Promise<void>): Promise<void> => {
    const flight = flights.get(name) ?? query().finally(() => flights.delete(name))
    flights.set(name, flight)
    return flight
  }

  const save = async (groups: readonly GroupMetadata[]): Promise<void> => {
    if (groups.length === 0) return
    await saveGroups(database, accountId, epoch, groups.map(rowOf))
    options.onChanged?.()
  }

  const fetchOne = (jid: string): Promise<void> =>
    once(jid, async () => save([await answered(socket().groupMetadata(jid))]))

  const refresh = (): Promise<void> =>
    once('all', async () => {
      const groups = Object.values(await answered(socket().groupFetchAllParticipating()))
      // Baileys makes "no groups" of a query that was never answered: nothing may be forgotten for that.
      if (groups.length === 0) return
      await replaceGroups(database, accountId, epoch, groups.map(rowOf))
      options.onChanged?.()
    })

  const changed = (jid: string): Promise<void> => markGroupChanged(database, accountId, jid)

  const onParticipants = async (event: BaileysEventMap['group-participants.update']): Promise<void> => {
    if (event.action === 'promote' || event.action === 'demote') return
    const me = socket().user
    const aboutUs = event.participants.some(
      ({ id, phoneNumber, lid }) =>
        areJidsSameUser(me?.id, id) ||
        areJidsSameUser(me?.id, phoneNumber) ||
        areJidsSameUser(me?.lid, id) ||
        areJidsSameUser(me?.lid, lid),
    )
    if (aboutUs && event.action === 'remove') await forgetGroup(database, accountId, event.id)
    else if (aboutUs && event.action === 'add') await fetchOne(event.id)
    else return await changed(event.id) // the members are read before the next send, by one query however many changed
    options.onChanged?.()
  }

  const onUpdates = async (updates: BaileysEventMap['groups.update']): Promise<void> => {
    for (const { id, subject } of updates.filter((update) => !isWhole(update)))
      if (id !== undefined && subject !== undefined) {
        await renameGroup(database, accountId, id, subject)
        options.onChanged?.()
      }
    await save(updates.filter(isWhole))
  }

  return {
    async metadata(jid) {
      const read = () => readGroupMetadata(database, accountId, jid, ttlMs)
      let stored = await read()
      // Groups age together, so one query for all of them replaces one for each.
      if (stored?.age === 'aged') {
        await refresh()
        stored = await read()
      }
      if (stored?.age !== 'fresh') {
        await fetchOne(jid)
        stored = await read()
      }
      if (stored === undefined) throw groupQueryFailure(undefined)
      return stored.metadata as GroupMetadata
    },
    refresh,
    async refreshIfAged() {
      if (await groupsAreFresh(database, accountId, ttlMs)) return false
      await refresh()
      return true
    },
    changed,
    listen() {
      const { ev } = socket()
      ev.on('groups.upsert', (groups) => options.inBackground(save(groups)))
      ev.on('groups.update', (updates) => options.inBackground(onUpdates(updates)))
      ev.on('group-participants.update', (event) => options.inBackground(onParticipants(event)))
    },
  }
}

async function answered<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    throw groupQueryFailure(error)
  }
}

/** After a whole read of the groups, `groups.update` carries complete metadata; else only what changed. */
function isWhole(update: Partial<GroupMetadata>): update is GroupMetadata {
  return update.id !== undefined && update.subject !== undefined && update.participants !== undefined
}

/** Only what a send needs (rc14, `relayMessage`): no descriptions, names or phone numbers besides the JIDs. */
function rowOf(group: GroupMetadata): GroupRow {
  const { id, subject, addressingMode, ephemeralDuration, participants } = group
  return {
    jid: id,
    subject: subject ?? '',
    participants: participants.length,
    metadata: {
      id,
      subject: subject ?? '',
      addressingMode,
      ephemeralDuration,
      participants: participants.map((participant) => ({ id: participant.id })),
    },
  }
}

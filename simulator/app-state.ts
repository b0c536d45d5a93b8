/** The settings that a phone shares with its devices (`w:sync:app:state`): keys, encrypted patches, and word of new ones. */
import { randomBytes } from 'node:crypto'
import { encodeSyncdPatch, newLTHashState, proto, type LTHashState } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import type { AppStateRequest } from './contract.js'
import type { Incoming } from './incoming.js'
import { SERVER } from './jid.js'
import { child, children, node, result, seconds, type BinaryNode } from './node.js'
import type { Switchboard } from './switchboard.js'

type Key = { keyId: string; keyData: Buffer }
type Collection = { state: LTHashState; patches: Buffer[] }

export class AppState {
  readonly #incoming: Incoming
  readonly #switchboard: Switchboard
  readonly #keys = new Map<string, Key>()
  readonly #collections = new Map<string, Collection>()
  /** how often each account asked for patches */
  readonly queries: Record<string, number> = {}

  constructor(incoming: Incoming, switchboard: Switchboard) {
    this.#incoming = incoming
    this.#switchboard = switchboard
  }

  /** The phone hands its key over, as it does soon after a device was linked. */
  async shareKey(account: string): Promise<void> {
    const { keyId, keyData } = this.#keyOf(account)
    const timestamp = Math.floor(Date.now() / 1_000)
    const key = {
      keyId: { keyId: Buffer.from(keyId, 'base64') },
      keyData: { keyData, timestamp, fingerprint: { rawId: 1, currentIndex: 1, deviceIndexes: [0, 1] } },
    }
    const type = proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE
    await this.#incoming.sendPeer(account, { type, appStateSyncKeyShare: { keys: [key] } })
  }

  /** Somebody did something on the phone: so many patches of so many bytes, and a notification of them. */
  async change({ account, collection, patches, bytes }: AppStateRequest): Promise<void> {
    const { keyId, keyData } = this.#keyOf(account)
    const kept = this.#collection(account, collection)
    for (let n = 0; n < patches; n++) {
      const encoded = await encodeSyncdPatch(
        {
          type: collection,
          index: ['contact', `${randomBytes(6).toString('hex')}@s.whatsapp.net`],
          syncAction: { timestamp: Date.now(), contactAction: { fullName: 'x'.repeat(bytes) } },
          apiVersion: 2,
          operation: proto.SyncdMutation.SyncdOperation.SET,
        },
        keyId,
        kept.state,
        async () => proto.Message.AppStateSyncKeyData.fromObject({ keyData }),
      )
      kept.state = encoded.state
      const version = { version: encoded.state.version }
      kept.patches.push(Buffer.from(proto.SyncdPatch.encode({ ...encoded.patch, version }).finish()))
    }
    const attrs = { from: SERVER, id: randomBytes(8).toString('hex'), type: 'server_sync', t: seconds() }
    const told = node('collection', { name: collection, version: String(kept.state.version) })
    this.#switchboard.deliverToAccount(account, node('notification', attrs, [told]))
  }

  answer(connection: Connection, query: BinaryNode): BinaryNode {
    const account = connection.identified?.account ?? ''
    this.queries[account] = (this.queries[account] ?? 0) + 1
    const collections = children(child(query, 'sync'), 'collection').map(
      ({ attrs: { name = '', version } }) => {
        const { patches, state } = this.#collection(account, name)
        const missing = patches.slice(Number(version ?? 0)).map((patch) => node('patch', {}, patch))
        const attrs = { name, version: String(state.version), has_more_patches: 'false' }
        return node('collection', attrs, [node('patches', {}, missing)])
      },
    )
    return result(query, [node('sync', {}, collections)])
  }

  #keyOf(account: string): Key {
    const key = this.#keys.get(account) ?? {
      keyId: randomBytes(6).toString('base64'),
      keyData: randomBytes(32),
    }
    this.#keys.set(account, key)
    return key
  }

  #collection(account: string, name: string): Collection {
    const key = `${account} ${name}`
    const collection = this.#collections.get(key) ?? { state: newLTHashState(), patches: [] }
    this.#collections.set(key, collection)
    return collection
  }
}

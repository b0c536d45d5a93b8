/** IQ stanzas by namespace. What we do not model gets an empty result, and is counted. */
import type { AppState } from './app-state.js'
import type { Connection } from './connection.js'
import type { Faults } from './faults.js'
import type { Groups } from './groups.js'
import type { MediaServer } from './media.js'
import { child, children, errorResult, node, result, type BinaryNode } from './node.js'
import type { Pairing } from './pairing.js'
import type { PhoneKeys } from './phone-keys.js'
import { answerEncrypt } from './prekeys.js'
import type { Restrictions } from './restrictions.js'
import type { Senders } from './senders.js'
import { answerUsync } from './usync.js'
import type { World } from './world.js'

type Server = {
  world: World
  keysOf: (phone: string) => PhoneKeys
  groups: Groups
  faults: Faults
  media: MediaServer
  pairing: Pairing
  restrictions: Restrictions
  senders: Senders
  appState: AppState
  /** the account's own client unlinks its device */
  unlink: (account: string, device: number) => void
}

// An empty result is the right answer to these.
const ACKNOWLEDGED = new Set(['w:p', 'passive', 'w:stats'])

export class Queries {
  readonly unhandled: Record<string, number> = {}
  /** Each number that somebody asked for, as it was written, in order. */
  readonly askedNumbers: string[] = []
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
  }

  receive(connection: Connection, query: BinaryNode): void {
    if (query.attrs.type === 'result' || query.attrs.type === 'error') {
      if (child(query, 'pair-device-sign')) this.#server.pairing.signed(connection)
      return
    }
    const answer = this.#answer(connection, query)
    if (answer) connection.send(answer)
  }

  #answer(connection: Connection, query: BinaryNode): BinaryNode | undefined {
    const { groups, media, faults, restrictions } = this.#server
    const namespace = query.attrs.xmlns ?? ''
    if (this.#isSilenced(namespace, connection, query)) return undefined
    switch (namespace) {
      case 'encrypt':
        return answerEncrypt(this.#server, connection, query)
      case 'usync':
        return answerUsync({ ...this.#server, askedNumbers: this.askedNumbers }, connection, query)
      case 'w:g2':
        return groups.answer(connection, query)
      case 'w:m': {
        const fault = faults.take('mediaConnError', { account: connection.identified?.account })
        return fault ? errorResult(query, fault.code, 'internal-server-error') : media.answerConnection(query)
      }
      case 'w:mex': {
        const account = connection.identified?.account
        const fault = faults.take('restrictionsError', { account })
        if (fault) return errorResult(query, fault.code, 'internal-server-error')
        return restrictions.answer(account, query, child(query, 'query'))
      }
      case 'md':
        return this.#device(connection, query)
      case 'w:sync:app:state': {
        const { appState } = this.#server
        const answer = appState.answer(connection, query)
        const account = connection.identified?.account
        return faults.take('appStateSilence', { account }) ? undefined : answer
      }
      case 'abt':
        return result(query, [node('props', { hash: 'simulator' }, [])])
      case 'blocklist':
        return result(query, [node('list', {}, [])])
      case 'privacy':
        return result(query, [
          node('privacy', {}, [node('category', { name: 'readreceipts', value: 'all' })]),
        ])
      default:
        if (!ACKNOWLEDGED.has(namespace)) this.unhandled[namespace] = (this.unhandled[namespace] ?? 0) + 1
        return result(query)
    }
  }

  #isSilenced(namespace: string, connection: Connection, query: BinaryNode): boolean {
    const { faults, world } = this.#server
    const [asks, users] =
      namespace === 'usync'
        ? (['devices', child(child(query, 'usync'), 'list')] as const)
        : (['keys', namespace === 'encrypt' ? child(query, 'key') : undefined] as const)
    const about = new Set(children(users, 'user').map(({ attrs: { jid = '' } }) => world.phoneOf(jid)))
    const occasion = { account: connection.identified?.account }
    const hits = (fault: { asks: string; about: string }) => fault.asks === asks && about.has(fault.about)
    return about.size > 0 && faults.take('querySilence', occasion, hits) !== undefined
  }

  #device(connection: Connection, query: BinaryNode): BinaryNode {
    const { pairing, unlink } = this.#server
    const registration = child(query, 'link_code_companion_reg')
    if (registration?.attrs.stage === 'companion_hello')
      return pairing.companionHello(connection, query, registration)
    if (registration) pairing.companionFinish(connection, registration)
    else if (child(query, 'remove-companion-device') && connection.identified) {
      const { account, device } = connection.identified
      unlink(account, device)
    }
    return result(query)
  }
}

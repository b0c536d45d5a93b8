/** A whole local WhatsApp: builds its parts, restores their state, starts them and closes them in reverse. */
import './quiet.js'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_CONNECTION_CONFIG } from '@whiskeysockets/baileys'
import { WebSocketServer } from 'ws'
import { AppState } from './app-state.js'
import { Connection } from './connection.js'
import { Control } from './control.js'
import type { Endpoints } from './contract.js'
import { ControlError } from './failure.js'
import { Faults } from './faults.js'
import { Groups } from './groups.js'
import { History } from './history.js'
import { Identity, type Ports } from './identity.js'
import { Incoming } from './incoming.js'
import { Journal, readJournal } from './journal.js'
import { listen } from './listening.js'
import { MediaServer, type MediaEvent } from './media.js'
import { Messages } from './messages.js'
import { node } from './node.js'
import { createNoiseServer } from './noise.js'
import { Pairing } from './pairing.js'
import { createPhoneKeys } from './phone-keys.js'
import { PrivacyTokens } from './privacy-tokens.js'
import { PostOffice, type PostEvent, type Receipt } from './post-office.js'
import { Queries } from './queries.js'
import { receiptNode } from './receipts.js'
import type { Settings } from './routes.js'
import { Restrictions } from './restrictions.js'
import { RecipientsLink } from './recipients/link.js'
import { Senders } from './senders.js'
import { Switchboard } from './switchboard.js'
import { Networks, Way } from './way.js'
import { World, type WorldEvent } from './world.js'

export type Options = {
  /** kept between starts; without it everything is gone at the end */
  stateDir?: string | undefined
  /** 0 is any free port; left out is the port of last time, then any */
  ports?: Partial<Ports>
  /** what went wrong with one client, media request or control request; the simulator goes on */
  warn: (error: unknown) => void
  /** the simulator can't go on */
  died: (error: unknown) => void
}

export type Simulator = { endpoints: Endpoints; close: () => Promise<void> }

const BUILT_IN_REVISION = DEFAULT_CONNECTION_CONFIG.version[2]

type Event = WorldEvent | PostEvent | MediaEvent

export const startSimulator = async (options: Options): Promise<Simulator> => {
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    return { endpoints: await build(options, closers), close }
  } catch (error) {
    await close()
    throw error
  }
}

const build = async (options: Options, closers: (() => Promise<void> | void)[]): Promise<Endpoints> => {
  const { warn } = options
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'whatsapp-simulator-'))
  if (options.stateDir === undefined) closers.push(() => rmSync(stateDir, { recursive: true, force: true }))
  mkdirSync(stateDir, { recursive: true })

  const identity = new Identity(stateDir)
  const noiseServer = createNoiseServer(identity.seed, identity.root)
  const settings: Settings = {
    retryReceipts: true,
    deliveryReceipts: true,
    acceptingConnections: true,
    decrypting: true,
    oldestRevision: 0,
    currentRevision: BUILT_IN_REVISION,
  }

  let journal: Journal<Event> | undefined
  const record = (event: Event) => journal?.append(event)
  const world = new World(record)
  const keysOf = createPhoneKeys(identity.seed, (reader) => world.installationOf(reader))
  const faults = new Faults()
  const networks = new Networks()
  const switchboard = new Switchboard(world, faults)
  const send = (receipt: Receipt) => {
    if (receipt.kind === 'delivery') {
      if (!settings.deliveryReceipts) return
      for (const connection of switchboard.of(receipt.account, receipt.device))
        connection.send(receiptNode({ world, keysOf }, receipt))
    } else if (settings.retryReceipts)
      switchboard.deliver(receipt, receiptNode({ world, keysOf }, receipt), () => post.asked(receipt))
  }
  const post = new PostOffice(record, send)
  const media = new MediaServer({ stateDir, tls: identity.tls, faults, networks, record, failed: warn })
  const groups = new Groups(world, faults, switchboard)
  const pairing = new Pairing(world, faults, keysOf)
  const restrictions = new Restrictions(switchboard)
  const tokens = new PrivacyTokens(identity.seed, world, switchboard)
  const messages = new Messages({ world, faults, post, settings, restrictions, tokens })
  const senders = new Senders(world)
  const incoming = new Incoming(world, senders, switchboard)
  const history = new History({ world, media, incoming, tokens })
  const appState = new AppState(incoming, switchboard)
  const unlink = (account: string, device?: number) => {
    const linked = [...world.account(account).devices.keys()]
    const gone = linked.filter((number) => device === undefined || number === device)
    if (gone.length === 0) throw new ControlError(404, `Account ${account} has no such linked device`)
    for (const number of gone) {
      world.change({ t: 'unlinked', account, device: number })
      switchboard.disconnect('loggedOut', account, number)
      switchboard.mailboxes.forget({ account, device: number })
    }
    return gone
  }
  const queries = new Queries({
    world,
    keysOf,
    groups,
    faults,
    media,
    pairing,
    restrictions,
    senders,
    appState,
    unlink,
  })

  const journalFile = join(stateDir, 'server.jsonl')
  for (const event of readJournal<Event>(journalFile)) {
    if (event.t === 'stanza' || event.t === 'retry') post.apply(event)
    else if (event.t === 'upload') media.apply(event)
    else world.apply(event)
  }
  const { link, restored } = await RecipientsLink.start(
    {
      stateDir,
      seed: identity.seed,
      caFile: identity.caFile,
      installations: world.installations,
    },
    { delivered: (delivery) => post.delivered(delivery), died: options.died },
  )
  closers.push(() => link.close())
  post.connect(link, restored)
  senders.connect(link)
  journal = Journal.create<Event>(journalFile, [...world.snapshot(), ...media.snapshot(), ...post.snapshot()])
  closers.push(() => journal?.close())

  const server = createServer((request, response) => {
    // What a browser loads, and clients read the current version from.
    if (request.url === '/sw.js')
      response.end(`self.config = "{\\"client_revision\\":${settings.currentRevision}}"`)
    else response.writeHead(426).end('Upgrade to WebSocket')
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (settings.acceptingConnections)
      sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, socket))
    else socket.destroy()
  })
  sockets.on('connection', (ws, way: unknown) => {
    const connection = new Connection(ws, noiseServer, {
      finished: (which, finish) => {
        const revision = finish.payload.userAgent?.appVersion?.tertiary ?? 0
        if (revision < settings.oldestRevision)
          which.leave(node('failure', { reason: '405', location: 'simulator' }))
        else if (finish.payload.devicePairingData) pairing.begin(which, finish)
        else switchboard.logIn(which, finish)
        if (way instanceof Way) way.account = which.identified?.account
      },
      node: (which, received) => {
        if (received.tag === 'iq') queries.receive(which, received)
        else if (received.tag === 'message') messages.receive(which, received)
        else if (received.tag === 'ib') switchboard.mailboxes.asked(which, received)
        else if (which.identified && (received.tag === 'ack' || received.tag === 'receipt'))
          switchboard.mailboxes.had(which.identified, received)
        // The presence of a client needs no answer.
      },
      closed: (which) => {
        switchboard.remove(which)
        pairing.forget(which)
      },
      failed: warn,
    })
    switchboard.add(connection)
  })

  const wanted = { ...identity.ports, ...options.ports }
  await media.listen(wanted.media ?? 0)
  closers.push(() => media.close())
  const front = networks.inFrontOf(server)
  const whatsapp = await listen(front, wanted.whatsapp ?? 0, 'WhatsApp')
  closers.push(async () => {
    for (const ws of sockets.clients) ws.terminate()
    await networks.shut(front)
  })
  const endpoints: Endpoints = {
    whatsappUrl: `ws://127.0.0.1:${whatsapp}/ws/chat`,
    controlUrl: '',
    mediaUrl: `https://${media.host}`,
    trustFile: identity.trustFile,
    caFile: identity.caFile,
    pid: process.pid,
  }
  const control = new Control({
    world,
    post,
    media,
    groups,
    pairing,
    messages,
    faults,
    switchboard,
    queries,
    restrictions,
    tokens,
    incoming,
    history,
    appState,
    link,
    settings,
    networks,
    unlink,
    sendReceipt: send,
    endpoints,
    warn,
  })
  endpoints.controlUrl = `http://127.0.0.1:${await control.listen(wanted.control ?? 0)}`
  closers.push(() => control.close())
  identity.keepPorts({ whatsapp, media: media.port, control: control.port })
  return endpoints
}

/** A typed client of the control API, for tests and tools. It needs nothing of WhatsApp. */
import type {
  AccountState,
  ChatCount,
  Endpoints,
  Fault,
  FaultInput,
  Group,
  Inbox,
  Input,
  Mailbox,
  MetadataQueries,
  Person,
  SentHistory,
  Stanza,
  Stats,
  Uploads,
} from './contract.js'

export type * from './contract.js'

type Settings = {
  retryReceipts: boolean
  deliveryReceipts: boolean
  acceptingConnections: boolean
  decrypting: boolean
  oldestRevision: number
  currentRevision: number
}

export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

export class SimulatorClient {
  readonly #controlUrl: string

  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl
  }

  endpoints = () => this.#get<Endpoints>('/')

  accounts = () => this.#get<AccountState[]>('/accounts')
  createAccount = (input: Input<'createAccount'>) => this.#post<AccountState>('/accounts', input)

  people = () => this.#get<Person[]>('/people')
  createPeople = (phones: string[], { withLid = true } = {}) =>
    this.#post<Person[]>('/people', { phones, withLid })
  /** The companions of a person's phone from now on, by device number; each reads what `phone:device` is sent. */
  setCompanions = (input: Input<'setCompanions'>) =>
    this.#post<Record<string, never>>('/people/companions', input)

  /** WhatsApp is installed anew on these phones: they know no session and no group's key any more, and have other keys. */
  reinstall = (phones: string[]) => this.#post<Record<string, never>>('/people/reinstall', { phones })
  /** These devices send a retry receipt for the message, whether or not they could read it. */
  askAgain = (input: Input<'askAgain'>) => this.#post<Record<string, never>>('/retry-receipts', input)
  /** WhatsApp gives a person who has none a LID. */
  giveLid = (phone: string) => this.#post<Person>('/people/lid', { phone })
  /** This person is reached by their LID alone from now on: by number there are no devices, and messages get 463. */
  refuseNumber = (phone: string) => this.#post<Record<string, never>>('/people/lid-only', { phone })
  /** Whoever asks for the number that is written as `as` is answered with `phone`. */
  writeNumber = (input: Input<'writeNumber'>) => this.#post<Record<string, never>>('/people/written', input)
  /** The person has another number now, and the same LID; accounts are told, as by a contact's phone. */
  changeNumber = (input: Input<'changeNumber'>) => this.#post<Record<string, never>>('/people/number', input)
  /** Each number that was asked for, as it was written, in order. */
  askedNumbers = () => this.#get<string[]>('/asked-numbers')

  groups = () => this.#get<Group[]>('/groups')
  /** Members that do not exist yet become people. */
  createGroup = (input: Input<'createGroup'>) => this.#post<Group>('/groups', input)
  /** The group is deleted; its members are told. */
  endGroup = (input: Input<'endGroup'>) => this.#post<Record<string, never>>('/groups/end', input)
  renameGroup = (input: Input<'renameGroup'>) => this.#post<Group>('/groups/rename', input)
  /** Who may not write to this group from now on; its members are told. */
  setClosed = (input: Input<'setClosed'>) => this.#post<Group>('/groups/closed', input)
  setAdmins = (input: Input<'setAdmins'>) => this.#post<Group>('/groups/admins', input)
  /** Messages to this group disappear after so many seconds from now on; 0 is never. */
  setEphemeral = (input: Input<'setEphemeral'>) => this.#post<Group>('/groups/ephemeral', input)
  /** At its next log-in the account is told of these groups, as of those that came while it was away. */
  announceGroups = (input: Input<'announceGroups'>) =>
    this.#post<Record<string, never>>('/groups/announce', input)
  addMembers = (input: Input<'changeMembers'>) => this.#post<Group>('/groups/add', input)
  removeMembers = (input: Input<'changeMembers'>) => this.#post<Group>('/groups/remove', input)

  /** Resolves when the client has linked itself; it then closes with 515 and has to log in. */
  scanQr = (input: Input<'scanQr'>) => this.#post<{ device: number }>('/pairing/qr', input)
  enterPairingCode = (input: Input<'enterPairingCode'>) =>
    this.#post<{ device: number }>('/pairing/code', input)
  /** Removes one linked device, or all: connected ones are logged out (401), others at their next log-in. */
  unlink = (input: Input<'unlink'>) => this.#post<{ devices: number[] }>('/unlink', input)

  /** Ends sockets now: of one account, or all. */
  disconnect = (input: Input<'disconnect'> = {}) => this.#post<{ sockets: number }>('/disconnect', input)
  /** Ends the sockets of an account with a stream error of any shape. */
  streamError = (input: Input<'streamError'>) => this.#post<{ sockets: number }>('/stream-error', input)
  stopAccepting = () => this.configure({ acceptingConnections: false })
  accept = () => this.configure({ acceptingConnections: true })

  /** From now on, for open connections, too; nothing given is a good network again. */
  setNetwork = (input: Partial<Input<'setNetwork'>> = {}) =>
    this.#post<Record<string, never>>('/network', input)

  /** From now on WhatsApp takes no messages to people from this account (463); groups go on. 0 seconds lift it. */
  lockNewChats = (input: Input<'lockNewChats'>) => this.#post<Record<string, never>>('/new-chats', input)

  /** Messages that come to the account's linked devices. */
  sendIncoming = (input: Input<'sendIncoming'>) => this.#post<{ ids: string[] }>('/incoming', input)
  /** The account's phone hands its chats to the linked devices, as it does when one was linked. */
  sendHistory = (input: Input<'sendHistory'>) => this.#post<SentHistory>('/history', input)
  /** The phone hands over the key of its settings. */
  shareAppStateKey = (account: string) => this.#post<Record<string, never>>('/app-state/key', { account })
  /** Settings are changed on the phone, and the devices are told. */
  changeAppState = (input: Input<'changeAppState'>) => this.#post<Record<string, never>>('/app-state', input)
  appStateQueries = async (account: string) =>
    (await this.#get<{ queries: number }>(`/app-state?account=${account}`)).queries
  /** From now on messages to these people need the tokens that they gave the account (463). */
  wantTokens = (input: Input<'wantTokens'>) =>
    this.#post<Record<string, never>>('/privacy-tokens/want', input)
  /** This person gives the account a token, as who writes to it does. */
  giveToken = (input: Input<'giveToken'>) => this.#post<Record<string, never>>('/privacy-tokens/give', input)
  /** What each device of the account has not acknowledged. */
  mailboxes = (account: string) => this.#get<Mailbox[]>(`/mailboxes?account=${account}`)
  /** The account was away for too long: at its next log-in it is told only that its groups may have changed. */
  dropMailbox = (account: string) => this.#post<Record<string, never>>('/mailboxes/drop', { account })
  /** How often each file was downloaded, by its path. */
  downloads = () => this.#get<Record<string, number>>('/downloads')

  faults = () => this.#get<Fault[]>('/faults')
  fault = (input: FaultInput) => this.#post<Fault>('/faults', input)
  clearFaults = (input: Input<'clearFaults'> = {}) => this.#request<Fault[]>('DELETE', '/faults', input)
  releaseAcks = () => this.#post<{ released: number }>('/acks/release', {})

  settings = () => this.#get<Settings>('/settings')
  configure = (input: Input<'settings'>) => this.#post<Settings>('/settings', input)

  /** From now on stanzas are acknowledged and counted, and nobody reads them: for load. */
  countOnly = () => this.configure({ decrypting: false })
  /** What went to each chat, whether or not anybody decrypts it. */
  chats = () => this.#get<ChatCount[]>('/chats')

  /** Waits until every stanza accepted so far is decrypted. */
  settled = (input: Input<'settled'> = {}) => this.#post<Stats>('/settled', input)
  stats = () => this.#get<Stats>('/stats')
  /** With `media`, each medium is downloaded and decrypted as the recipient would. */
  inbox = (recipient: string, { media = false } = {}) =>
    this.#get<Inbox>(`/inbox?${new URLSearchParams({ recipient, media: String(media) }).toString()}`)
  inboxes = () => this.#get<Inbox[]>('/inboxes')
  stanzas = (scope: { account?: string; chat?: string; messageId?: string } = {}) =>
    this.#get<Stanza[]>(`/stanzas?${new URLSearchParams(scope).toString()}`)
  uploads = () => this.#get<Uploads>('/uploads')
  metadataQueries = () => this.#get<MetadataQueries>('/metadata-queries')

  #get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path)
  }

  #post<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('POST', path, body)
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${this.#controlUrl}${path}`, { method, ...json })
    const answer = (await response.json()) as T | { error: string }
    if (response.ok) return answer as T
    const { error } = answer as { error: string }
    throw new SimulatorError(response.status, error)
  }
}

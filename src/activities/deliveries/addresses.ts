import PQueue from 'p-queue'
import {
  numbersToAsk,
  personOfTarget,
  savePeople,
  takeAddress,
  type PersonOfTarget,
  type AddressedSend,
} from '../../store/accounts/people.js'
import type { Database } from '../../store/database.js'
import type { PersonAnswer, Session } from '../../whatsapp/gateway.js'

/** Where the messages of a target go. */
export type Addressing =
  | { kind: 'to'; jid: string; pn?: string | undefined }
  | { kind: 'notOnWhatsApp' }
  /** Another target of the run is this person, and has the messages. */
  | { kind: 'samePerson' }

type Target = AddressedSend & { jid: string }

export type Addresses = {
  /** Asks WhatsApp where it has to be asked. @throws GatewayFailure */
  find(target: Target): Promise<Addressing>
  /** The same without asking: undefined where WhatsApp has to be asked. */
  findKnown(target: Target): Promise<Addressing | undefined>
}

// The next ones of a run are asked for along with the first, in one question. It is no more than a person looks up.
const mostNumbers = 20

/**
 * A reminder names people by number, as it was typed, or by LID; WhatsApp says which number is theirs (in some countries it has
 * another than the one that is written), and by which LID they are addressed. See docs/decisions/0053.
 */
export function addresses({ database, session }: { database: Database; session: Session }): Addresses {
  // Of many that come at once, the first asks for the others, too.
  const questions = new PQueue({ concurrency: 1 })
  // Two targets that are one person must not both find that nobody has the address.
  const claims = new PQueue({ concurrency: 1 })

  async function ask(target: Target): Promise<void> {
    const numbers = await numbersToAsk(database, { ...target, most: mostNumbers })
    if (!numbers.includes(target.jid)) return
    const answers = await session.askForPeople(numbers)
    const people = [...answers].map(([jid, answer]) => ({ jid, ...addressOf(answer) }))
    await savePeople(database, { accountId: session.accountId, people })
  }

  async function known(target: Target): Promise<PersonOfTarget | undefined> {
    return target.jid.endsWith('@g.us') ? undefined : await personOfTarget(database, target)
  }

  async function take(target: Target, person: PersonOfTarget | undefined): Promise<Addressing> {
    const { jid } = target
    if (person === undefined) return { kind: 'to', jid }
    const { sentTo } = person
    // What may be out is sent again to where it was sent.
    if (sentTo !== null) return { kind: 'to', jid: sentTo, pn: person.pn ?? undefined }
    if (person.isFresh && person.pn === null && person.lid === null) return { kind: 'notOnWhatsApp' }
    const isLid = jid.endsWith('@lid')
    // A number that WhatsApp did not tell of is tried as it is written.
    const pn = person.pn ?? (isLid ? await session.otherJidOf(jid) : jid)
    // The phone, or a message of theirs, may have told of another LID since.
    const told = pn === undefined ? undefined : await session.otherJidOf(pn)
    const lid = told ?? person.lid ?? (isLid ? jid : undefined)
    const address = lid ?? pn ?? jid
    const others = [pn, lid, person.lid].filter((other) => typeof other === 'string')
    const other = await takeAddress(database, { ...target, address, others })
    return other === undefined ? { kind: 'to', jid: address, pn } : { kind: 'samePerson' }
  }

  return {
    async find(target) {
      let person = await known(target)
      if (hasToAsk(target, person)) {
        await questions.add(() => ask(target))
        person = await known(target)
      }
      return await claims.add(() => take(target, person))
    },
    async findKnown(target) {
      const person = await known(target)
      return hasToAsk(target, person) ? undefined : await claims.add(() => take(target, person))
    },
  }
}

function hasToAsk({ jid }: Target, person: PersonOfTarget | undefined): boolean {
  return jid.endsWith('@s.whatsapp.net') && person !== undefined && !person.isFresh && person.sentTo === null
}

function addressOf(answer: PersonAnswer): { pn: string | null; lid: string | null } {
  return answer.isOnWhatsApp ? { pn: answer.pn, lid: answer.lid ?? null } : { pn: null, lid: null }
}

import { areJidsSameUser, type AuthenticationCreds, type WASocket } from './baileys.js'
import { GatewayFailure } from './gateway.js'

/** Baileys (rc14) relays a message within a transaction of this name, so one of the same name excludes all relays. */
export function ownId({ authState }: Pick<WASocket, 'authState'>): string {
  const id = authState.creds.me?.id
  if (id === undefined) throw new GatewayFailure('AccountLoggedOut', undefined)
  return id
}

/** Whether it is the account itself, or a device of it, by number or by LID. */
export function isOwnJid(jid: string, { me }: Pick<AuthenticationCreds, 'me'>): boolean {
  return areJidsSameUser(jid, me?.id) || areJidsSameUser(jid, me?.lid)
}

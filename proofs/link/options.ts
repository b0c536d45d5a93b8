import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type LinkOptions = {
  groups: number
  /** Chats with people, each with the token that its contact gave. */
  contacts: number
  /** Of messages, before they are compressed. */
  historyMb: number
  isJson: boolean
  home: string
}

export const linkUsage = `npm run bench:link -- [options]

Starts a whole system of its own (Temporal in memory, Postgres, one worker and a local WhatsApp that counts without
decrypting) and links an account as busy as a person's: with so many groups, some of which it may not write to, and so many
contacts whose chats the phone hands over. Sends to a group as soon as the account is linked, to a contact of before once
its token is there, and then to all groups.

  --groups <n>      groups; every tenth may not be written to (1000)
  --contacts <n>    contacts (5000)
  --history <n>     MB of history, before compression (50)
  --json            the last line of stdout is one JSON object with the figures
  --home <folder>   the data and logs (.carillon/link); begun anew each time
  --help

Exit code: 0 only if every token was taken, the first message to a contact of before went out and the same without its
token did not, all groups reached exactly those that may be written to, once each, and the worker grew by less than 64 MB
while the history came.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): LinkOptions | undefined {
  const values = readArguments(args, { values: ['groups', 'contacts', 'history'] })
  if (values === undefined) return undefined
  return {
    groups: wholeNumber('groups', values.groups ?? '1000', { min: 10, max: 10_000 }),
    contacts: wholeNumber('contacts', values.contacts ?? '5000', { min: 2, max: 50_000 }),
    historyMb: wholeNumber('history', values.history ?? '50', { min: 1, max: 500 }),
    isJson: values.json,
    home: values.home ?? '.carillon/link',
  }
}

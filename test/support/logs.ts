import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { System } from './system.js'

/** All that the system's workers wrote holds none of these, nor the names of groups, nor members' other ids. */
export async function expectNothingPersonalLogged(
  system: System,
  { texts, phones, jids }: { texts: string[]; phones: string[]; jids: string[] },
): Promise<void> {
  const groups = await system.whatsapp.groups()
  const lids = (await system.whatsapp.people()).map(({ lid }) => userOf(lid))
  const secrets = [
    ...texts,
    ...phones,
    ...lids,
    ...jids.map(userOf),
    ...groups.map(({ subject }) => subject),
    '@g.us',
    '@s.whatsapp.net',
    '@lid',
  ]
  for (const { logFile } of system.workers) {
    const log = readFileSync(logFile, 'utf8')
    expect(log).toContain('"worker started"')
    // Which of them, without repeating the whole log where it fails.
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  }
}

function userOf(jid: string): string {
  return jid.split(/[@:]/)[0] ?? jid
}

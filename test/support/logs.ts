import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { eventually } from './eventually.js'
import type { System } from './system.js'

type Logging = { logFile: string }
export type LogLine = { msg?: string } & Record<string, unknown>

/** What the program has logged so far, a line each; what else it wrote is left out. */
export function logLines({ logFile }: Logging): LogLine[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
}

/** A line comes some time after what it tells has happened: a program writes it through a pipe. */
export async function untilLogged(program: Logging, fields: LogLine): Promise<void> {
  await eventually(() => expect(logLines(program)).toContainEqual(expect.objectContaining(fields)))
}

/** Of what it says before it can log. */
export async function untilWritten(program: Logging, text: string | RegExp): Promise<string> {
  return await eventually(() => {
    const written = readFileSync(program.logFile, 'utf8')
    expect(written).toMatch(text)
    return written
  })
}

/** All that the system's workers wrote holds none of these, nor the names of groups, nor members' other ids. */
export async function expectNothingPersonalLogged(
  system: System,
  { texts, phones, jids }: { texts: string[]; phones: string[]; jids: string[] },
): Promise<void> {
  const groups = await system.whatsapp.groups()
  const lids = (await system.whatsapp.people()).flatMap(({ lid }) => (lid === undefined ? [] : [userOf(lid)]))
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

export type LinkFigures = {
  groups: number
  contacts: number
  historyMb: number
  /** Of the files that the phone handed over. */
  encryptedMb: number
  /** From the scan of the code: until the account is connected, has its groups, has sent to a group, has all tokens. */
  secondsTo: { connected: number; groups: number; firstSend: number; tokens: number }
  /** The worker's resident memory: before the link, before the history came, and the most while it did. */
  workerMb: { before: number; linked: number; most: number }
  /** Of the account, when all of it was taken. */
  rows: { keys: number; tokens: number; groups: number }
  /** From the scan until all tokens were there. */
  statements: number
  contactReached: boolean
  strangerRefused: boolean
  /** Groups that may be written to, those that got the message, and messages that anybody got besides. */
  all: { expected: number; reached: number; besides: number; duplicates: number }
}

export type LinkResult = LinkFigures & { problems: string[]; isGood: boolean }

const mostGrowthMb = 64

export function resultOf(figures: LinkFigures): LinkResult {
  const { contacts, rows, workerMb, all, contactReached, strangerRefused } = figures
  const grewMb = workerMb.most - workerMb.linked
  const problems = [
    ...(rows.tokens === contacts - 1 ? [] : [`${rows.tokens} of ${contacts - 1} tokens were taken`]),
    ...(contactReached ? [] : ['the first message to a contact of before did not go out']),
    ...(strangerRefused ? [] : ['a message without its token went out']),
    ...(all.reached === all.expected ? [] : [`${all.reached} of ${all.expected} groups were reached`]),
    ...(all.besides === 0 ? [] : [`${all.besides} groups were written to that may not be`]),
    ...(all.duplicates === 0 ? [] : [`${all.duplicates} messages went out twice`]),
    ...(grewMb < mostGrowthMb ? [] : [`the worker grew by ${Math.round(grewMb)} MB while the history came`]),
  ]
  return { ...figures, problems, isGood: problems.length === 0 }
}

export function reportText(result: LinkResult): string {
  const { secondsTo: to, workerMb: mb, rows, all } = result
  const seconds = (value: number) => `${value.toFixed(1)} s`
  return [
    `An account with ${result.groups} groups, ${result.contacts} contacts and ${result.historyMb} MB of history`,
    `(${result.encryptedMb.toFixed(1)} MB of files), from the scan of the code:`,
    '',
    `  connected           ${seconds(to.connected)}`,
    `  groups known        ${seconds(to.groups)}`,
    `  first send          ${seconds(to.firstSend)}`,
    `  all tokens taken    ${seconds(to.tokens)}`,
    `  worker              ${Math.round(mb.before)} MB before, ${Math.round(mb.linked)} MB linked, ${Math.round(mb.most)} MB at most while the history came`,
    `  rows                ${rows.keys} keys, ${rows.tokens} of them tokens; ${rows.groups} groups`,
    `  statements          ${result.statements}`,
    `  contact of before   ${result.contactReached ? 'reached' : 'not reached'}; without its token ${result.strangerRefused ? 'refused (463)' : 'reached'}`,
    `  all groups          ${all.reached} of ${all.expected} that may be written to, ${all.besides} others, ${all.duplicates} duplicates`,
    '',
    ...(result.isGood ? ['All is well.'] : result.problems.map((problem) => `Problem: ${problem}`)),
  ].join('\n')
}

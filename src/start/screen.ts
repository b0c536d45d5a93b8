import { formatDuration } from '../domain/duration.js'
import type { Stack } from '../stack/stack.js'
import type { AccountView } from '../store/views/accounts.js'
import { describeZoneData, zoneData } from '../zone-data.js'

export type ScreenFacts = {
  stack: Pick<Stack, 'temporalAddress' | 'temporalNamespace' | 'databaseUrl' | 'webUiUrl'>
  home: string
  logFile: string
  apiUrl: string | undefined
  /** Signs one browser in. It is shown here, and nowhere else. */
  signInUrl: string | undefined
  readyMs: number
  accounts: AccountView[]
}

/** Where everything is and what to do next, on one screen. */
export function welcomeScreen({
  stack,
  home,
  logFile,
  apiUrl,
  signInUrl,
  readyMs,
  accounts,
}: ScreenFacts): string {
  const { host, pathname } = new URL(stack.databaseUrl)
  const rows = [
    ['Temporal Web UI', stack.webUiUrl ?? 'that of your Temporal server'],
    ['Temporal', `${stack.temporalAddress}, namespace ${stack.temporalNamespace}`],
    ['Postgres', `${host}${pathname}`],
    ...(apiUrl === undefined ? [] : [['HTTP API', apiUrl]]),
    ...(signInUrl === undefined ? [] : [['Sign in', signInUrl]]),
    ['Data', home],
    ['Log', logFile],
    ['Zone data', describeZoneData(zoneData())],
    ['Accounts', accounts.length === 0 ? 'none yet' : accounts.map(describe).join(', ')],
  ]
  return `
Carillon is running (ready in ${formatDuration(readyMs)}).

${rows.map(([name, value]) => `  ${(name ?? '').padEnd(16)} ${value}`).join('\n')}
${signInUrl === undefined ? '' : signInNote}
Next, in another terminal:

${next(accounts)}
  ./bin/carillon doctor                           checks everything and says what to do
  ./bin/carillon --help                           all commands

Ctrl-C stops it. Everything that is scheduled is kept.
`
}

const signInNote = `
The link signs one browser in, once, within 15 minutes; \`./bin/carillon sign-in-link\` makes another.
`

function describe(account: AccountView): string {
  return `${account.id} (${account.pausedReason === null ? account.state.replace('_', ' ') : 'paused'})`
}

function next(accounts: AccountView[]): string {
  if (accounts.length === 0)
    return `  ./bin/carillon account add office               give your WhatsApp account a name
  ./bin/carillon account pair office              shows a QR code to scan with the phone
`
  return `  ./bin/carillon groups list                      the groups that it can send to
  ./bin/carillon reminder create --help           write a reminder
  ./bin/carillon reminder list                    what is scheduled
`
}

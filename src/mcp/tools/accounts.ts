import { z } from 'zod'
import { accountsAnswer } from '../../api/v1/answers/accounts.js'
import { groupsAnswer } from '../../api/v1/answers/groups.js'
import { count } from '../../api/v1/answers/values.js'
import { checked } from '../../api/v1/route.js'
import { groupSearch } from '../../api/v1/routes/groups.js'
import { accountSituation } from '../../words/account-situation.js'
import { printable } from '../../words/printable.js'
import { needs } from '../../client/allowed.js'
import { counted } from '../../client/input/issues.js'
import { cannotPostText, groupsWithName } from '../../domain/groups.js'
import type { AccountView } from '../../store/views/accounts.js'
import type { KnownGroup } from '../../store/views/groups.js'
import { accountField } from '../fields.js'
import { reads, tool, type Tool } from '../tool.js'

/** An account may be in a thousand, and a model reads all that it is given. */
const mostGroups = 50

export const accountTools: Tool[] = [
  tool({
    name: 'list_accounts',
    title: 'List accounts',
    description:
      'The WhatsApp accounts that messages are sent from: whether each can send now, and what to do where it cannot.',
    needs: needs.accounts.list,
    annotations: reads,
    input: checked(z.strictObject({})),
    answer: accountsAnswer,
    act: async (client) => ({ accounts: await client.accounts.list() }),
    text: ({ accounts }) =>
      accounts.length === 0
        ? 'There is no account yet: `carillon account add <id>` adds one.'
        : accounts.map((account) => accountLine(account)).join('\n'),
  }),
  tool({
    name: 'search_groups',
    title: 'Search groups',
    description: `The groups that an account is in, by name, ${mostGroups} at most: search for a part of the name. \`to\` of a reminder takes the name or the JID.`,
    needs: needs.groups.list,
    annotations: reads,
    input: checked(z.strictObject({ account: accountField, search: groupSearch.optional() })),
    answer: groupsAnswer.extend({
      found: count.meta({ description: `How many there are; the list has the first ${mostGroups}.` }),
    }),
    act: async (client, { account, search = '' }) => {
      const groups = groupsWithName(await client.groups.list(account), search)
      return { account, found: groups.length, groups: groups.slice(0, mostGroups) }
    },
    text: ({ account, found, groups }) => {
      const first = found > groups.length ? `, the first ${groups.length} of them` : ''
      const title = `${counted(found, 'group')} of account '${account}'${first}`
      return [title, ...groups.map((group) => groupLine(group))].join('\n')
    },
  }),
]

function accountLine(account: AccountView): string {
  const { text, remedy } = accountSituation(account)
  const advice = remedy === undefined ? '' : `. ${remedy}`
  return `${account.id}: ${text}, ${counted(account.groups, 'group')}${advice}`
}

function groupLine({ subject, jid, participants, cannotPost }: KnownGroup): string {
  const why = cannotPost === null ? '' : `; ${cannotPostText[cannotPost]}`
  return `${printable(subject)}: ${counted(participants, 'member')}, ${jid}${why}`
}

import { startReceiver } from '../../support/webhook-receiver.js'
import { addBotRow, acceptRow } from '../../support/bots.js'
import type { Console } from './console.js'
import { openSchool, sentRun } from './school.js'

/** Names as people give them. */
export const names = {
  long: 'Parents of the eighth graders who go on the class trip to the mountains in the second week of June',
  unbroken:
    'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlungsraump',
  rightToLeft: 'كرة القدم للأطفال الصغار',
  emoji: '👩‍👩‍👧‍👦 Family 🏳️‍🌈 🇰🇪 day 🎉',
} as const

export type Path = { path: string; name: string }

/** A system that has something on every page, by names of every kind. @returns every page of it */
export async function fillEveryPage(site: Console, phone: string): Promise<Path[]> {
  const { client, database, operator } = site.system
  await openSchool(site, { phone, groups: Object.values(names) })
  for (const [key, name] of Object.entries(names))
    await client.reminders.create({
      key: `about-${key.toLowerCase()}`,
      account: 'office',
      to: Object.values(names),
      text: name,
      cron: key === 'long' ? '0 9 * * *' : '0 9 * * MON',
      zone: key === 'emoji' ? 'America/Argentina/ComodRivadavia' : 'Africa/Nairobi',
    })
  const run = await sentRun(site, 'about-unbroken')
  await client.reminders.pause('about-emoji', { reason: names.unbroken })
  const receiver = await startReceiver()
  const { endpoint } = await client.webhooks.add({ url: receiver.url(`/${'a-long-path/'.repeat(8)}`) })
  await client.webhooks.test(endpoint.id)
  await receiver.close()
  await client.tokens.create({ name: 'a-program-with-quite-a-long-name', role: 'editor' })
  await addBotRow(database, { id: 'lobby', operator })
  await acceptRow(database, { bot: 'lobby', updateId: 1, operator, chat: 1 })
  await database.query(`update telegram_update set state = 'dead', ended_at = now() where bot = 'lobby'`)
  return [
    { path: '/', name: 'Overview' },
    { path: '/reminders', name: 'Reminders' },
    { path: '/reminders/new', name: 'New reminder' },
    { path: '/reminders/about-unbroken', name: names.unbroken },
    { path: '/reminders/about-unbroken/edit', name: 'Edit' },
    { path: '/calendar', name: 'Calendar' },
    { path: '/runs', name: 'Runs' },
    { path: `/runs/${encodeURIComponent(run)}`, name: names.unbroken },
    { path: '/accounts', name: 'Accounts' },
    { path: '/activity', name: 'Activity' },
    { path: '/webhooks', name: 'Webhooks' },
    { path: '/inbox', name: 'Could not be handled' },
    { path: '/tokens', name: 'Tokens' },
    { path: '/settings', name: 'Settings' },
    { path: '/start', name: 'Welcome' },
  ]
}

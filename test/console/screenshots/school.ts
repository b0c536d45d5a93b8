import type { ReminderInput } from '../../../src/client/input/schema/reminder.js'
import { eventually } from '../../support/eventually.js'
import { names } from '../support/every-page.js'
import type { Console } from '../support/console.js'

// A school with names of every kind: its phone, its groups and what it reminds of.

const phone = '15550007001'
export const zone = 'Africa/Nairobi'

const classes = ['1A', '1B', '2A', '2B', '3A', '3B', '4A', '4B'].map((name) => `Parents ${name}`)
const staff = 'Staff room'
const choir = 'Choir 🎶'
const orchestra = 'Orchestra – rehearsals and concerts, with the parents of the little ones'
const football = names.rightToLeft
const family = names.emoji
export const groups = [...classes, staff, choir, orchestra, football, family]

export const trip = `*Class trip on Friday* 🚌

Dear parents, please bring:
- a packed lunch
- _rain clothes_
- the signed form

More: https://school.example.org/trip`

/** A day in the zone of the school, such as `2026-12-01`. */
export function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA', { timeZone: zone })
}

/** At a full hour, as people choose them. */
function laterToday(hours: number): string {
  const hour = 3_600_000
  return new Date(Math.ceil(Date.now() / hour + hours) * hour).toISOString()
}

/** Links its phone, beside one that is to be linked and one whose phone has logged it out. */
export async function linkPhones({ system }: Console): Promise<void> {
  const { client, whatsapp } = system
  await system.pairAccount({ id: 'office', phone, ratePerMinute: 60 })
  for (const [index, subject] of groups.entries()) {
    const members = Array.from({ length: 9 + 3 * index }, (_, member) =>
      String(15_553_000_000 + 100 * index + member),
    )
    await whatsapp.createGroup({ subject, members: [phone, ...members] })
  }
  await eventually(async () => {
    const known = await client.groups.list('office')
    if (known.length < groups.length) throw new Error('not all groups yet')
  })
  await client.accounts.add({ id: 'sports-club' })
  const other = '15550007002'
  await system.pairAccount({ id: 'primary-school', phone: other, ratePerMinute: 40 })
  await whatsapp.unlink({ account: other })
  await eventually(async () => {
    const { state } = await client.accounts.show('primary-school')
    if (state !== 'logged_out') throw new Error(state)
  })
}

const everyReminder: Record<string, ReminderInput> = {
  'class-trip': { text: trip, to: [...classes.slice(0, 6), football], at: 'in 40 days 09:00' },
  assembly: {
    text: 'Assembly on Monday at 8:00. *Please be on time.*',
    to: 'all groups',
    repeat: 'FREQ=WEEKLY;BYDAY=MO',
    start: `${dayFromNow(1)}T07:00`,
  },
  fees: {
    text: 'School fees are due by the 5th. The office is open until 16:00.',
    to: classes,
    repeat: 'FREQ=MONTHLY;BYMONTHDAY=1',
    start: `${dayFromNow(1)}T12:00`,
    window: '08:00-18:00 mo-fr',
  },
  lunch: { text: '🍎 Lunch today: have you chosen yet?', to: classes, cron: '30 10 * * MON-FRI' },
  choir: { text: 'Choir rehearsal today at 15:00 in the hall.', to: choir, cron: '0 9 * * TUE,THU' },
  orchestra: {
    text: 'Rehearsal of the orchestra for the summer concert, with everybody who plays a wind instrument or sings along',
    to: [orchestra, family],
    cron: '0 17 * * WED',
    zone: 'Europe/Berlin',
  },
  football: { text: 'تدريب كرة القدم يوم الثلاثاء الساعة الرابعة', to: football, cron: '0 10 * * TUE' },
  family: { text: '🎪 Family day on Saturday 🎉', to: family, at: `${dayFromNow(9)}T09:00` },
  staff: { text: 'Reports are due on Friday.', to: staff, at: laterToday(3) },
  parking: { text: 'The car park is closed today.', to: staff, at: laterToday(5) },
}

export async function writeReminders({ system }: Console): Promise<void> {
  const { reminders } = system.client
  for (const [key, fields] of Object.entries(everyReminder))
    await reminders.create({ key, account: 'office', zone, ...fields })
  await reminders.pause('football', { reason: 'holidays' })
  await reminders.cancel('parking')
}

/** A file of what there is already, what differs, what is new and what cannot be. */
export const importFile = `reminders:
  - key: staff-meeting
    to: ${staff}
    text: Staff meeting at 14:00 in room 12
    at: ${dayFromNow(12)}T12:00
    zone: ${zone}
    account: office
  - key: library
    to: [Parents 3A, "${football}"]
    text: 📚 Library books are due on Friday
    cron: '0 8 * * WED'
    zone: ${zone}
    account: office
  - key: choir
    to: ${choir}
    text: Choir rehearsal today at 16:00 in the gym.
    cron: '0 9 * * TUE,THU'
    zone: ${zone}
    account: office
  - key: lunch
    to: [${classes.join(', ')}]
    text: '🍎 Lunch today: have you chosen yet?'
    cron: '30 10 * * MON-FRI'
    zone: ${zone}
    account: office
  - key: parents-evening
    to: Parents 9Z
    text: Parents’ evening on Thursday
    at: ${dayFromNow(16)}T18:00
    zone: ${zone}
    account: office
`

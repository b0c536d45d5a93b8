export const overview = {
  title: 'Overview',
  today: 'Today',
  todayEmpty: 'Nothing is due today.',
  nextOn: (day: string) => `Next: ${day}`,
  underWay: 'Being sent now',
  attention: 'Wants a look',
  allWell: 'Everything is well.',
  runFailed: (name: string) => `“${name}” was not sent to everybody`,
  runMissed: (name: string) => `“${name}” was missed`,
  accountBad: (id: string) => `“${id}” cannot send`,
  open: 'Open',
  accounts: 'Accounts',
  sentToday: 'Sent in 24 hours',
  scheduled: 'Still to come today',
  running: 'Being sent',
  done: 'Done today',
  nowLine: 'now',
}

export const start = {
  title: 'Welcome to Carillon',
  lead: 'Four steps, and your first reminder is on its way.',
  steps: { link: 'Link a phone', write: 'Write', check: 'Check', done: 'Done' },
  linkLead:
    'Reminders are sent from the WhatsApp of a phone. It stays your phone: Carillon is a linked device, like WhatsApp Web.',
  nameFirst: 'First, a name for it.',
  linked: (id: string, groups: string) => `“${id}” is linked, with ${groups}.`,
  groupsComing: 'Its groups are being read from WhatsApp …',
  writeIt: 'Write your first reminder',
  later: 'Look around first',
  step: (number: number, all: number) => `Step ${number} of ${all}`,
}
